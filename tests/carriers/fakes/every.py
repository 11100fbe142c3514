"""Every carrier over HTTP with its fake, by the kind that `recado carrier add` knows it by."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from recado.channels import (
    android,
    aws,
    esendex,
    generic,
    infobip,
    instasent,
    kannel,
    messagebird,
    sinch,
    smsapi,
    spryng,
    twilio,
    vonage,
)
from tests.carriers.fakes.android import AndroidShapes
from tests.carriers.fakes.aws import AwsShapes, knowing_its_certificate
from tests.carriers.fakes.esendex import EsendexShapes
from tests.carriers.fakes.far_end import Shapes
from tests.carriers.fakes.generic import GenericShapes
from tests.carriers.fakes.infobip import InfobipShapes
from tests.carriers.fakes.instasent import InstasentShapes
from tests.carriers.fakes.kannel import KannelShapes
from tests.carriers.fakes.messagebird import MessageBirdShapes
from tests.carriers.fakes.sinch import SinchShapes
from tests.carriers.fakes.smsapi import SmsapiShapes
from tests.carriers.fakes.spryng import SpryngShapes
from tests.carriers.fakes.twilio import TwilioShapes
from tests.carriers.fakes.vonage import VonageShapes


@dataclass(frozen=True)
class Kind:
    module: ModuleType
    shapes: type[Shapes]

    def make(self, name: str, settings: dict[str, object]) -> Any:
        """A carrier of this kind. AWS's knows the certificate that its fake signs with."""
        made = knowing_its_certificate if self.module is aws else self.module.make
        return made(name, settings)


KINDS = {
    "android": Kind(android, AndroidShapes),
    "aws": Kind(aws, AwsShapes),
    "esendex": Kind(esendex, EsendexShapes),
    "generic": Kind(generic, GenericShapes),
    "infobip": Kind(infobip, InfobipShapes),
    "instasent": Kind(instasent, InstasentShapes),
    "kannel": Kind(kannel, KannelShapes),
    "messagebird": Kind(messagebird, MessageBirdShapes),
    "sinch": Kind(sinch, SinchShapes),
    "smsapi": Kind(smsapi, SmsapiShapes),
    "spryng": Kind(spryng, SpryngShapes),
    "twilio": Kind(twilio, TwilioShapes),
    "vonage": Kind(vonage, VonageShapes),
}
