"""Pictures and other files that patients send. Where the carrier keeps them for us a person sees them (attachments.py); elsewhere
nobody can, but that there was one is kept. A person looks after either."""

from dataclasses import replace
from datetime import timedelta

from recado.foundation import business_time

from . import passing
from .models import Reading
from .notices import picture_unseen
from .types import Heard, Read

TOLD_FOR = timedelta(days=30)
OUTCOME = "picture"


def pass_on(heard: Heard) -> Read:
    """A picture without a word: they hear once that pictures can't be seen here, where that is so, and a person is told."""
    if heard.media:
        return replace(passing.pass_on(heard), outcome=OUTCOME)
    since = business_time.now() - TOLD_FOR
    told = Reading.objects.filter(clinic_id=heard.clinic_id, phone_bi=heard.phone_bi, at__gte=since)
    is_told = told.filter(has_picture=True, outcome=OUTCOME).exists()
    text = None if is_told else picture_unseen(heard.clinic_id, heard.language)
    return Read("nothing", OUTCOME, text, patient_id=heard.patient_id, needs_person=True)


def and_a_person(heard: Heard, read: Read) -> Read:
    """What is written beside a picture does what it says; a person looks at it too."""
    return replace(read, needs_person=True) if heard.has_picture and not read.needs_person else read
