"""The texts of a dialogue: what its steps say, and the words around them."""

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.conversations.types import Following, Settlement
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.wiring import wired
from recado.information import queries as information
from recado.information.types import PageKind, PageState
from recado.messaging import queries as wording

from . import places
from .hearing import PERSON
from .types import Ending, Move, Saying, Step, StepKind
from .wordings import HOW, OPEN, VALUES, WORDINGS

TEMPLATES = wording.define_all(WORDINGS, VALUES)
_CHOICE = wording.define_all(HOW, ("options",))["dialogue_choice"]
SAMPLE_LINK = "https://hsc.example/r/k7QdX2mP9a"
BY_TEXT = Actor(ActorKind.PATIENT, "sms")
Offers = Callable[..., Settlement | None]
_OPEN = wording.define_all(OPEN, ("week", "way"))


def saying(step: Step, language: str) -> tuple[str, Saying]:
    """What a step says in a person's language, or in its first; and which language that is. Empty where it says nothing."""
    base = language.lower().replace("_", "-").partition("-")[0]
    if base in step.says:
        return base, step.says[base]
    return next(iter(step.says.items()), (base, Saying()))


def write(
    clinic_id: UUID, move: Move, language: str, patient_id: UUID | None, *, is_first: bool, words: str = ""
) -> tuple[str, Following | None]:
    """The one text of a move, "" where it says nothing, and the question of another room that it puts. Makes the links that its
    steps hold, and holds the times that it offers. `words`: in which they asked for all this. Call it inside `clinic_scope`."""
    said = [saying(step, language)[1].text for step in (*move.says, *([move.asks] if move.asks else []))]
    given = places.values(clinic_id, said, language, patient_id)
    asks: list[Following] = []

    def book() -> str:
        link = link_to_book(clinic_id, patient_id)
        if patient_id is None or not _may_offer(move) or asks:
            return link
        offered = _times(clinic_id, patient_id, language, words, link)
        if offered is None or offered.asks is None:
            return link
        asks.append(offered.asks)
        return offered.text

    text = _write(clinic_id, move, language, given, is_first, book)
    return text, next(iter(asks), None)


def _may_offer(move: Move) -> bool:
    """Whether times with letters may go in its text: one question at a time, and none where a person goes on."""
    return move.asks is None and move.ending is not Ending.HANDED


def _times(clinic_id: UUID, patient_id: UUID, language: str, words: str, link: str) -> Settlement | None:
    offer: Offers = wired("LINKS_TO_BOOK", "times")
    return offer(clinic_id=clinic_id, patient_id=patient_id, language=language, words=words, link=link, by=BY_TEXT)


def sample(clinic_id: UUID, move: Move, language: str, *, is_first: bool) -> str:
    """The same as somebody invented would read it, with a link that leads nowhere. Call it inside `clinic_scope`."""

    def book() -> str:
        if not _may_offer(move):
            return SAMPLE_LINK
        return str(wired("LINKS_TO_BOOK", "sample")(clinic_id, language, SAMPLE_LINK))

    return _write(clinic_id, move, language, places.samples(clinic_id, language), is_first, book)


def _write(
    clinic_id: UUID, move: Move, language: str, given: places.Values, is_first: bool, link: Callable[[], str]
) -> str:
    asked = move.asks
    parts = [_said(clinic_id, step, language, given, link) for step in move.says]
    values = {"clinic": places.our_name(clinic_id, language)}
    if asked is not None:
        parts.append(filled(asked, language, given))
        values |= {"how": how(asked, language), "person": PERSON.get(language.lower().partition("-")[0], PERSON["en"])}
    if move.is_again:
        values["how"] = values["how"] or parts[-1]
        if not values["how"]:
            return ""  # a draft that says nothing yet
        return wording.render(TEMPLATES["dialogue_again"], language, values).text
    values["said"] = " ".join(part for part in parts if part)
    if not is_first:
        values.pop("person", None)
    template = TEMPLATES["dialogue_first" if is_first else "dialogue_next"]
    return wording.render(template, language, values).text if values["said"] else ""


def over(clinic_id: UUID, language: str, *, is_kept: bool) -> str:
    """That nothing more is asked where no answer came. `is_kept`: staff read what was said."""
    values = {
        "clinic": places.our_name(clinic_id, language),
        "phone": clinics.clinic_settings(clinic_id).phone_shown,
    }
    return wording.render(TEMPLATES["dialogue_kept" if is_kept else "dialogue_silent"], language, values).text


def how(step: Step, language: str) -> str:
    """The sentence on how to answer by text; none for own words."""
    spoken, said = saying(step, language)
    if step.kind is not StepKind.ASK or not said.choices:
        return ""
    options = ", ".join(f"{at} {choice}" for at, choice in enumerate(said.choices, 1))
    return wording.render(_CHOICE, spoken, {"options": options}).text


def filled(step: Step, language: str, given: places.Values) -> str:
    """What a step says, with what its places stand for."""
    spoken, said = saying(step, language)
    return places.fill(said.text, spoken, given)


def _said(clinic_id: UUID, step: Step, language: str, given: places.Values, link: Callable[[], str]) -> str:
    text = filled(step, language, given)
    match step.kind:
        case StepKind.HOURS:
            return f"{text} {hours(clinic_id, language)}".strip()
        case StepKind.DIRECTIONS:
            told = wording.render(_OPEN["dialogue_way"], language, {"way": way(clinic_id, step.page)}).text
            return f"{text} {told}".strip()
        case StepKind.BOOK:
            return f"{text} {link()}".strip()
    return text


# ------------------------------------------------------------------------------------------------ what steps tell of


def hours(clinic_id: UUID, language: str) -> str:
    """The clinic's hours in a sentence, "We are open: Mon-Fri 08:00-18:00."; "" where none are known."""
    week = places.week_words(clinics.clinic_settings(clinic_id).opening_hours, language)
    return wording.render(_OPEN["dialogue_hours"], language, {"week": week}).text if week else ""


def way(clinic_id: UUID, page: str) -> str:
    """The address of the page of that key, or of the first live page of directions; else the clinic's own; "": none is known.
    Call it inside `clinic_scope`."""
    live = [one for one in information.pages(clinic_id) if one.state is PageState.LIVE and one.published is not None]
    found = [one for one in live if (one.key == page if page else one.shown.kind is PageKind.DIRECTIONS)]
    return found[0].address if found else clinics.clinic_settings(clinic_id).address


def link_to_book(clinic_id: UUID, patient_id: UUID | None) -> str:
    """A link of their own; "" where nobody could be let in. Call it inside `clinic_scope`."""
    return str(wired("LINKS_TO_BOOK", "visit")(clinic_id, patient_id)) if patient_id else ""


def may_book(clinic_id: UUID, patient_id: UUID | None) -> bool:
    """Whether such a link would lead to anything. Call it inside `clinic_scope`."""
    return patient_id is not None and bool(wired("LINKS_TO_BOOK", "may")(clinic_id, patient_id))


def is_open(clinic_id: UUID) -> bool:
    """Whether the clinic is open now."""
    clinic = clinics.clinic_settings(clinic_id)
    return clinics.open_until(clinic.opening_hours, ZoneInfo(clinic.time_zone), business_time.now()) is not None
