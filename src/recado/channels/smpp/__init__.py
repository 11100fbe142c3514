"""The SMPP 3.4 carrier: `make(name, settings)`, or `SmppCarrier(name, SmppSettings(...))`. Enter here; the rest is inside.

declared   settings as people give them       settings   the same in their own types
answers    statuses to outcomes, one table    window     how much may be under way (pure)
outgoing   an envelope as parts (pure)        ids        ids and receipts of parts (pure)
link       one connection                     keeper     keeps one connection open
incoming   receipts and replies: stored       carrier    several of them as one carrier
           first, acknowledged then
"""

from collections.abc import Mapping

from recado.channels.protocol import Carrier
from recado.channels.smpp.carrier import SmppCarrier
from recado.channels.smpp.declared import SETTINGS, settings_from
from recado.channels.smpp.settings import LinkState, SmppSettings

__all__ = ["SETTINGS", "LinkState", "SmppCarrier", "SmppSettings", "make", "settings_from"]


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    """The carrier that these settings describe; it connects when started. Raises `BadSettings`."""
    return SmppCarrier(name, settings_from(settings))
