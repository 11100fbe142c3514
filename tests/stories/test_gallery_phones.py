"""Ready journeys on the simulated phones, from what a source says to the last text, in six languages, with answers: each
journey in one language at least. Every journey in every language runs in tests/rooms/test_gallery_stories.py."""

import csv
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from recado.appointments import wordings as of_visits
from recado.care_events import wordings as of_care
from tests.patterns import as_pattern
from tests.phones import CLINIC, DAY, Demo, in_days

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
WORDINGS = {**of_visits.WORDINGS, **of_care.WORDINGS}
HOUR = 3_600
LINK = "https://hsc.example/k7QdX2"
LONDON = ZoneInfo("Europe/London")
DOSE = f"{datetime.now(LONDON) - timedelta(minutes=20):%H:%M}"  # its answer counts for an hour, and the days pass at this one
DAYS = 10  # in the first story
LANGUAGES = ("en", "fr", "nl", "pl", "es", "id")
TAKEN = ("arrival", "first_visit", "same_day", "clinician", "check_in", "missed")


def day(ahead: int) -> str:
    return (date.today() + timedelta(days=ahead)).isoformat()


def moment(ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(days=ahead)).replace(microsecond=0).isoformat()


# Kind, language, fields; what is told in the first weeks; the answer that is given to the question, and what comes back.
EVENTS: tuple[tuple[str, str, dict[str, str], tuple[str, ...], str, str], ...] = (
    ("prescription", "en", {"ready_at": moment(-1)}, ("prescription_ready", "prescription_again"), "", ""),
    ("prescription", "pl", {"ready_at": moment(-1)}, ("prescription_ready",), "", ""),
    (
        "medication",
        "fr",
        {"first_day": day(2), "stages": f"3 days at {DOSE}"},
        ("dose",),
        "3",
        "answer_reminders_stopped",
    ),
    ("medication", "id", {"first_day": day(2), "stages": f"2 days at {DOSE}"}, ("dose",), "1", ""),
    ("refill", "nl", {"on": day(9)}, ("refill_due",), "1", "answer_preparing"),
    ("refill", "es", {"on": day(9)}, ("refill_due",), "2", "answer_noted"),
    ("result", "pl", {"ready_at": moment(-1), "needs_call": "yes"}, ("result_call",), "", ""),
    ("result", "nl", {"ready_at": moment(-1)}, ("result_ready", "result_again"), "", ""),
    ("document", "es", {"sent_at": moment(-1)}, ("document_ready", "document_again"), "", ""),
    ("invoice", "id", {"due_on": day(3), "pay_url": LINK}, ("invoice_due", "invoice_late"), "", ""),
    ("cover_renewal", "en", {"renews_on": day(12)}, ("cover_renewal",), "", ""),
    ("delay", "fr", {"expected_at": moment(3), "minutes": "45"}, ("delay",), "", ""),
    ("recall", "nl", {"due_on": day(1)}, ("recall",), "1", "answer_call_you"),
    ("recall", "pl", {"due_on": day(1), "book_url": LINK}, ("recall_link",), "", ""),
    ("vaccination", "es", {"begins_on": day(2)}, ("vaccination",), "2", "answer_noted"),
    ("vaccination", "id", {"begins_on": day(2), "book_url": LINK}, ("vaccination_link",), "", ""),
    ("video_visit", "en", {"starts_at": moment(5), "join_url": LINK}, ("video_visit",), "", ""),
    ("portal", "fr", {"sent_at": moment(-1), "url": LINK}, ("portal", "portal_again"), "", ""),
    ("education", "nl", {"first_day": day(1), "every_days": "7", "pages": LINK}, ("education",), "1", ""),
    ("hours", "pl", {"on": day(4)}, ("hours_closed",), "", ""),
    ("hours", "es", {"on": day(4), "opens": "09:00", "closes": "13:00"}, ("hours_changed",), "", ""),
)
PHONES = [f"+447700900{820 + number}" for number in range(len(EVENTS))]
VISITS = {language: f"+447700900{810 + number}" for number, language in enumerate(LANGUAGES)}
TAKE = """
from recado.clinics import queries as clinics
from recado.foundation.actors import SYSTEM
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, queries
clinic = clinics.clinic_by_slug("harbour-street").id
with clinic_scope(clinic):
    for ready in queries.GALLERY:
        if ready.plan.key in {keys!r}:
            if ready.plan.key != "same_day":
                actions.begin(clinic_id=clinic, key=ready.plan.key, name=ready.title, plan=ready.plan, by=SYSTEM)
            actions.publish(clinic_id=clinic, key=ready.plan.key, by=SYSTEM, moves_people=False)
say("taken")
"""
MISS = """
from recado.appointments import actions
from recado.appointments.models import Appointment
from recado.clinics import queries as clinics
from recado.foundation.actors import SYSTEM
from recado.foundation.tenancy import clinic_scope
clinic = clinics.clinic_by_slug("harbour-street").id
with clinic_scope(clinic):
    visit = Appointment.objects.get(clinic_id=clinic, source="csv", external_id="G-es")
    say(actions.note_missed(clinic_id=clinic, visit_id=visit.id, by=SYSTEM))
"""


def bring_in_events(demo: Demo) -> dict[str, Any]:
    fields = sorted({name for _, _, its, *_ in EVENTS for name in its})
    file = demo.product.folder / "events.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["kind", "external_id", "record_number", "name", "phone", "language", *fields])
        for number, (kind, language, its, *_) in enumerate(EVENTS):
            who = [kind, f"E-{number}", f"88{number:02}", f"Person {number}", PHONES[number], language]
            writer.writerow([*who, *(its.get(name, "") for name in fields)])
    done = demo.product.run(
        "import", "events", str(file), "--clinic", CLINIC, "--source", "story", "--announce", "all", "--json"
    )
    assert done.stdout, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def visits(clinician: str) -> list[tuple[str, ...]]:
    return [
        (f"G-{one}", f"Guest {one}", f"77{number}", phone, one, in_days(9 + DAYS), f"12:0{number}", clinician)
        for number, (one, phone) in enumerate(VISITS.items())
    ]


def has(demo: Demo, phone: str, template: str, language: str) -> bool:
    pattern = as_pattern(WORDINGS[template][language])
    return any(pattern.fullmatch(text) for text in demo.texts(phone))


def test_events_of_every_kind_are_told_on_the_phones_and_answered(demo: Demo) -> None:
    said = bring_in_events(demo)
    assert (said["new"], said["left_out"], said["troubles"]) == (len(EVENTS), 0, [])
    assert bring_in_events(demo)["unchanged"] == len(EVENTS), "the same table changes nothing"
    waiting = {number for number, one in enumerate(EVENTS) if one[4]}
    for _ in range(DAYS):
        demo.wait(DAY)
        for number in sorted(waiting):
            _, language, _, told, answer, answered = EVENTS[number]
            if has(demo, PHONES[number], told[0], language):
                waiting.discard(number)
                came = demo.answer(PHONES[number], answer)
                assert bool(came) is bool(answered), (EVENTS[number], came)
                assert not answered or as_pattern(WORDINGS[answered][language]).fullmatch(came), came
    assert not waiting
    for number, (kind, language, _, told, *_) in enumerate(EVENTS):
        missing = [one for one in told if not has(demo, PHONES[number], one, language)]
        assert not missing, (kind, language, missing, demo.texts(PHONES[number]))
    stopped, taken = (
        len([text for text in demo.texts(PHONES[at]) if as_pattern(WORDINGS["dose"][language]).fullmatch(text)])
        for at, language in ((2, "fr"), (3, "id"))
    )
    assert (stopped, taken) == (1, 2), "3 stops the reminders, 1 does not"


def test_ready_journeys_of_a_visit_are_told_on_the_phones_and_answered(demo: Demo) -> None:
    demo.inside(TAKE.replace("{keys!r}", repr(TAKEN)))
    rows = visits("Dr Costa")
    assert demo.bring_in(*rows, announce="all")["new"] == len(LANGUAGES)
    demo.wait(DAY)
    assert demo.bring_in(*visits("Dr Osei"), announce="all")["changed"] == len(LANGUAGES)
    demo.wait(DAY)
    noon = datetime.combine(date.today() + timedelta(days=9), time(11, 20), LONDON)  # on this clock: DAYS have passed
    demo.wait(int((noon - datetime.now(LONDON)).total_seconds()) - 2 * DAY)
    for language, phone in VISITS.items():
        told = (
            "visit_confirmation",
            "visit_clinician",
            "visit_arrival",
            "visit_first",
            "visit_question",
            "visit_today",
            "visit_check_in",
        )
        missing = [one for one in told if not has(demo, phone, one, language)]
        assert not missing, (language, missing, demo.texts(phone))
        assert "Dr Osei" in " ".join(demo.texts(phone))
        if language not in ("es", "nl"):
            came = demo.answer(phone, "1")
            assert as_pattern(WORDINGS["answer_arrived"][language]).fullmatch(came), (language, came)
    states = {language: demo.visit(f"G-{language}")["state"] for language in LANGUAGES}
    assert states == {**dict.fromkeys(LANGUAGES, "arrived"), "es": "booked", "nl": "booked"}
    demo.wait(HOUR)
    assert demo.inside(MISS) == "done"
    demo.wait(HOUR)
    assert has(demo, VISITS["es"], "visit_missed", "es")
