"""The texts about care events, for whoever shows or changes them. Wired under TEXTS."""

import re
from datetime import timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.types import Privacy
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.dates import Day, When
from recado.messaging.queries import Value, sample_link
from recado.messaging.types import TextRoom

from .durations import waiting
from .neutral_wordings import NEUTRAL
from .wordings import QUESTIONS, VALUES, WORDINGS

NAME, PLACE, MEDICINE, INSURER, REFERENCE = "Eleanor", "Quay Pharmacy", "vitamin D", "Quay Mutual", "X-2041"  # invented
AHEAD = timedelta(days=14)
LONG_NAME = "Christopher"  # nobody is shown it: it counts letters
MEDICINES = ("dose", "dose_by_phone", "refill_due", "refill_due_by_phone")
_TELLING = re.compile(r"\[\[[^\[\]]*\{(?:place|day|reference)\}[^\[\]]*\]\]")


def _levels(key: str, texts: dict[str, str]) -> dict[Privacy, dict[str, str]]:
    """A text that tells has a neutral one in its place, or tells in parts that may be left out and is neutral without."""
    neutral = NEUTRAL.get(key) or {language: _TELLING.sub("", text) for language, text in texts.items()}
    return {Privacy.NEUTRAL: neutral} if neutral == texts else {Privacy.NEUTRAL: neutral, Privacy.PLACE_AND_TIME: texts}


LEVELS = {key: _levels(key, texts) for key, texts in WORDINGS.items()}
for _key in MEDICINES:  # at the end of the first sentence, for who agreed to clinical words (ADR 39)
    LEVELS[_key][Privacy.CLINICAL] = {
        language: text.replace(".", "[[ ({medicine})]].", 1) for language, text in WORDINGS[_key].items()
    }


def room(clinic_id: UUID) -> TextRoom:
    """What may be written about care events, with the longest name of the clinic's places."""
    clinic = clinics.clinic_settings(clinic_id)
    usual: dict[str, Value] = {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "name": NAME,
        "place": PLACE,
        "medicine": MEDICINE,
        "minutes": "25",
        "wait": waiting(25),
        "insurer": INSURER,
        "reference": REFERENCE,
        "link": sample_link(),
        "hours": "09:00-17:00",
        "when": When(
            (local(business_time.now(), clinic.time_zone) + AHEAD).replace(hour=10, minute=30), clinic.time_zone
        ),
        "day": Day(local(business_time.now(), clinic.time_zone).date() + AHEAD),
    }
    places = [site.name for site in clinics.sites(clinic_id)]
    longest = {**usual, "name": LONG_NAME, "place": max(places, key=len, default=PLACE)}
    return TextRoom(LEVELS, VALUES, frozenset({"clinic"}), QUESTIONS, usual, longest)
