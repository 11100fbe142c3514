"""The places in a dialogue's texts that stand for something: "{name}", "{when}", "{hours}". What they stand for is looked up as
each text is written, and only where it names one.

Written like a template (`messaging.wording`): `[[ ... ]]` is left out where a value inside is missing, and whatever may be missing
stands in one. The first name is a patient's own phone's alone; the next visit also waits for their wish to read place and time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import OpenDay
from recado.consent import queries as consent
from recado.consent.types import Privacy
from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.dates import When, short_weekday
from recado.foundation.wiring import wired
from recado.messaging import queries as wording

from .types import Dialogue, Fault

VALUES = ("clinic", "phone", "hours", "address", "name", "when")
MAYBE = frozenset(
    {"name", "when"}
)  # of a stranger, of a family's phone, of whoever has no visit or wants neutral texts
SAMPLE_NAME = "Eleanor"
SAMPLE_AHEAD = timedelta(days=3)
GAP = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for a value that is gone, and is taken out again at once

_NAME = wording.wordings({"name": {Privacy.NEUTRAL: {"en": "{clinic}"}}}, ("clinic",))["name"]

Values = Mapping[str, wording.Value]


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Which places these texts name."""
    return frozenset(name for name in VALUES for text in texts if "{" + name in text)


def faults(dialogue: Dialogue) -> list[Fault]:
    """What is wrong with the places in its texts."""
    said = [(step.key, language, saying) for step in dialogue.steps for language, saying in step.says.items()]
    found = [Fault(key, code, language) for key, language, one in said if (code := fault_of(one.text, language))]
    return found + [
        Fault(key, "place_in_choice", language) for key, language, one in said if any("{" in it for it in one.choices)
    ]


def fault_of(text: str, language: str) -> str:
    """A key of FAULTS, or empty where nothing is wrong with its places."""
    if not any(mark in text for mark in ("{", "}", "[[", "]]")):
        return ""
    try:
        template = wording.define("step", {language: text}, VALUES)
    except ValueError:
        return "bad_place"
    try:
        wording.render(template, language, {name: name for name in VALUES if name not in MAYBE})
    except wording.MissingValue:
        return "may_be_missing"
    return ""


def values(clinic_id: UUID, texts: Sequence[str], language: str, patient_id: UUID | None) -> Values:
    """What the places of these texts stand for, said to whoever has this phone. Call it inside `clinic_scope`."""
    named = names_in(texts)
    if not named:
        return {}
    found = _of_clinic(clinic_id, language)
    if patient_id is not None and named & MAYBE:
        found |= _of_patient(clinic_id, patient_id, named)
    return found


def our_name(clinic_id: UUID, language: str) -> str:
    """What the clinic is called on a screen that anybody may see: never by a name that tells what it treats."""
    clinic = clinics.clinic_settings(clinic_id)
    said = {"clinic": clinic.name, "phone": clinic.phone_shown}
    return wording.write(_NAME, Privacy.NEUTRAL, language, said).text


def _of_clinic(clinic_id: UUID, language: str) -> dict[str, wording.Value]:
    clinic = clinics.clinic_settings(clinic_id)
    return {
        "clinic": our_name(clinic_id, language),
        "phone": clinic.phone_shown,
        "address": clinic.address,
        "hours": week_words(clinic.opening_hours, language),
    }


def _of_patient(clinic_id: UUID, patient_id: UUID, named: frozenset[str]) -> dict[str, wording.Value]:
    found: dict[str, wording.Value] = {}
    person = contacts.reach(clinic_id, [patient_id]).get(patient_id) if "name" in named else None
    if person is not None:
        found["name"] = person.first_name
    if "when" in named and consent.privacy_of(clinic_id, [patient_id])[patient_id] > Privacy.NEUTRAL:
        starts_at = wired("NEXT_VISITS", "starts")(clinic_id, [patient_id]).get(patient_id)
        if starts_at is not None:
            found["when"] = When(starts_at, clinics.clinic_settings(clinic_id).time_zone)
    return found


def samples(clinic_id: UUID, language: str) -> Values:
    """What a try-out says in their place: somebody invented, and the clinic as it is."""
    zone = clinics.clinic_settings(clinic_id).time_zone
    soon = (business_time.now() + SAMPLE_AHEAD).replace(hour=10, minute=30, second=0, microsecond=0)
    return {**_of_clinic(clinic_id, language), "name": SAMPLE_NAME, "when": When(soon, zone)}


def fill(text: str, language: str, given: Values) -> str:
    """A text with its places filled. One that can't be read as a template, as texts were before they had places, is said as it
    stands; a value that has gone since it was published leaves nothing, never a brace."""
    if "{" not in text and "[[" not in text:
        return text
    try:
        template = wording.define("step", {language: text}, VALUES)
        return _written(template, language, given)
    except ValueError:
        return text


def _written(template: wording.Template, language: str, given: Values) -> str:
    try:
        return wording.render(template, language, given).text
    except wording.MissingValue as missing:
        gone = str(missing.args[0])
        said = _written(template, language, {**given, gone: GAP})
        return " ".join(said.replace(GAP, "").split())


def week_words(week: Sequence[OpenDay], language: str) -> str:
    """ "Mon-Fri 08:00-12:00, 13:00-18:00; Sat 09:00-12:00": days of the same hours together, closed days left out."""
    found = []
    for day, run in groupby(enumerate(week), key=lambda one: one[1]):
        days = [at for at, _ in run]
        if day:
            names = [short_weekday(at, language) for at in dict.fromkeys((days[0], days[-1]))]
            spans = ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in day)
            found.append(f"{'-'.join(names)} {spans}")
    return "; ".join(found)
