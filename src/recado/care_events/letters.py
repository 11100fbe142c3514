"""The texts about an event: values for the wordings, and questions by phone where no answer would reach us."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.dates import Day, When
from recado.messaging import queries as wording

from .durations import waiting
from .kinds import times_of
from .texts import LEVELS
from .types import (
    CoverRenewal,
    Delay,
    Detail,
    EducationSeries,
    EventKind,
    FormToFill,
    HoursChange,
    InvoiceDue,
    MedicationCourse,
    PortalLink,
    PrescriptionReady,
    Recall,
    RefillDue,
    ResultReady,
    Vaccination,
    VideoVisit,
)
from .wordings import BY_PHONE, KINDS, VALUES

TEXTS = wording.wordings(LEVELS, VALUES)
_WORDS = wording.define_all(KINDS, ())


def write(
    clinic_id: UUID, wanted: Sequence[tuple[Detail, str, Reach]], links: Sequence[str] = ()
) -> list[wording.Written]:
    """The text of each (event, template, person) in the person's language, saying no more than they want said; where no
    answer would reach us, questions ask to phone. `links`: of ours, one each or empty. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    way_of = wording.ways(clinic_id)
    writer = wording.writer(clinic_id, TEXTS, clinic.default_language)
    most = consent.most_said(clinic_id, (person for _, _, person in wanted))

    def text(detail: Detail, template: str, person: Reach, link: str) -> wording.Written:
        template = _by_link(detail, template)
        way = way_of(person.phone, Purpose.CARE, None) if template in BY_PHONE else None
        chosen = template if way is None or way.is_heard else BY_PHONE[template]
        values = {**values_of(clinic, detail), "name": person.first_name}
        if link:
            values["link"] = link
        return writer.write(chosen, most[person.patient_id, person.phone_bi], person.language, values)

    return [text(*one, link) for one, link in zip(wanted, links or [""] * len(wanted), strict=True)]


LINKED = {"result_ready": "result_link", "result_again": "result_link", "result_call": "result_call_link"}


def _by_link(detail: Detail, template: str) -> str:
    """Of a result that stands in a portal elsewhere, or is told at a time that can be chosen, the text says where."""
    if isinstance(detail, ResultReady) and (detail.book_url if detail.needs_call else detail.url):
        return LINKED.get(template, template)
    return template


def values_of(clinic: ClinicSettings, detail: Detail) -> dict[str, wording.Value]:
    """What the placeholders stand for, but the person's name."""
    return {"clinic": clinic.name, "phone": clinic.phone_shown, **told_values(detail, clinic.time_zone)}


def told_values(detail: Detail, time_zone: str, now: datetime | None = None) -> Mapping[str, wording.Value]:
    """Those that are the event's own. `now` None: by the clock, where it counts."""
    match detail:
        case PrescriptionReady(place=place, until=until):
            return {"place": place, "day": Day(until) if until else ""}
        case MedicationCourse(medicine=medicine) | RefillDue(medicine=medicine):
            return {"medicine": medicine}
        case InvoiceDue(due_on=day, pay_url=url):
            return {"day": Day(day), "link": url}
        case CoverRenewal(renews_on=day, insurer=insurer, conditions_url=url):
            return {"day": Day(day), "link": url, "insurer": insurer}
        case ResultReady(reference=reference, studied_on=studied):
            address = detail.book_url if detail.needs_call else detail.url
            return {"day": Day(studied) if studied else "", "reference": reference, "link": address}
        case Delay(minutes=minutes, place=place):
            return {"minutes": str(minutes), "wait": waiting(minutes), "place": place}
        case Recall(book_url=url):
            return {"link": url}
        case Vaccination(until=until, book_url=url):
            return {"link": url, "day": Day(until) if until else ""}
        case VideoVisit(starts_at=moment, join_url=url):
            return {"link": url, "when": When(moment, time_zone)}
        case PortalLink(url=url):
            return {"link": url}
        case FormToFill(due_at=moment, url=url):
            return {"link": url, "day": Day(local(moment, time_zone).date())}
        case EducationSeries(pages=pages):
            return {"link": pages[_page_of(detail, time_zone, now or business_time.now())]}
        case HoursChange(on=day, opens=opens, closes=closes, last_day=last):
            return {"day": Day(day, last), "hours": f"{opens:%H:%M}-{closes:%H:%M}" if opens and closes else ""}
    return {}


def _page_of(series: EducationSeries, time_zone: str, now: datetime) -> int:
    """The page whose day has come last: a text is written when it goes."""
    come = sum(when <= now for when in times_of(series, time_zone))
    return max(come - 1, 0)


def word_for(kind: EventKind, language: str) -> str:
    """What a kind of event is called where we ask back which is meant."""
    return wording.render(_WORDS[kind], language, {}).text
