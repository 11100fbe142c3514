"""What happens to somebody in each ready journey, and all that is on their phone at its end: data for `test_gallery_phones`.

Days count from the first morning of the story, hours are the clinic's; nothing depends on the hour at which the story begins.
`says` is the whole conversation in order: keys of texts, ">" and what the patient writes, "@" and a page that they fill in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
LINK = "https://hsc.example/k7QdX2"
LAST_DAY = 46  # the check-up that nobody answers becomes a call 44 days on
EVENING, MORNING, NOON = "18:30", "09:30", "11:30"  # when phones are looked at, and sources tell news
TAKEN = ("arrival", "first_visit", "same_day", "clinician", "check_in", "missed")
"""Ready journeys that no clinic has before it takes them."""


@dataclass(frozen=True)
class Days:
    """The days of the story. `now` is its beginning, `first` its first morning's date."""

    now: datetime
    first: date

    def day(self, ahead: int) -> str:
        return (self.first + timedelta(days=ahead)).isoformat()

    def british(self, ahead: int) -> str:
        """As practice systems write it."""
        return f"{self.first + timedelta(days=ahead):%d/%m/%Y}"

    def at(self, ahead: int, clock: str) -> str:
        return self.moment(ahead, clock).isoformat()

    def moment(self, ahead: int, clock: str) -> datetime:
        return datetime.fromisoformat(f"{self.day(ahead)}T{clock}").replace(tzinfo=LONDON)

    def ago(self, hours: int) -> str:
        return (self.now - timedelta(hours=hours)).replace(microsecond=0).isoformat()


Fields = Callable[[Days], Mapping[str, str]]


@dataclass(frozen=True)
class Scene:
    """`then`: on a day, at an hour, the source says otherwise. `ends`: what has become of it; `todo`: what a person has to do."""

    kind: str
    says: str
    fields: Fields
    then: tuple[tuple[int, str, Fields], ...] = ()
    ends: str = ""
    todo: str = ""


def _state(day: int, clock: str, state: str) -> tuple[int, str, Fields]:
    return day, clock, lambda _: {"state": state}


def _ready(d: Days) -> Mapping[str, str]:
    return {"ready_at": d.ago(1)}


def _collected(d: Days) -> Mapping[str, str]:
    return {"ready_at": d.ago(1), "place": "Quay Pharmacy", "until": d.day(10)}


def _course(*stages: str) -> Fields:
    return lambda d: {"first_day": d.day(1), "stages": ", then ".join(stages)}


def _invoice(d: Days) -> Mapping[str, str]:
    return {"due_on": d.day(4), "amount_minor": "45.00", "currency": "GBP", "pay_url": LINK}


def _late(d: Days) -> Mapping[str, str]:
    return {"expected_at": d.at(1, "16:00"), "minutes": "105", "place": "Room 2"}


def _vaccination(d: Days) -> Mapping[str, str]:
    return {"begins_on": d.day(2), "until": d.day(30)}


def _recall(d: Days) -> Mapping[str, str]:
    return {"due_on": d.day(1)}


def _pages(d: Days) -> Mapping[str, str]:
    return {"first_day": d.day(1), "every_days": "2", "pages": "\n".join(f"{LINK}{page}" for page in (1, 2, 3))}


MEDICINES = (
    Scene("prescription", "prescription_ready prescription_again", _collected, ends="ready"),
    Scene("prescription", "prescription_ready", _ready, (_state(1, NOON, "collected"),), "collected"),
    Scene(
        "medication",
        "dose >1 dose >1 dose >2 dose",
        _course("1 days at 10:10 16:00", "2 days at 10:10"),
        ends="running",
    ),
    Scene(
        "medication", "dose >1 dose", _course("1 days at 06:30 22:10"), ends="running"
    ),  # at hours of the patient's choice
    Scene(
        "medication",
        "dose >3 answer_reminders_stopped",
        _course("3 days at 10:15"),
        ends="paused",
        todo="call:medication_stop",
    ),
    Scene(
        "medication",
        "dose dose dose",
        _course("4 days at 10:20"),
        (_state(1, EVENING, "paused"), _state(3, MORNING, "running")),
        "running",
    ),
    Scene(
        "refill", "refill_due >1 answer_preparing", lambda d: {"on": d.day(9)}, ends="asked", todo="refill:refill_order"
    ),
    Scene("refill", "refill_due >2 answer_noted", lambda d: {"on": d.day(9)}, ends="declined"),
    Scene("refill", "refill_due", lambda d: {"on": d.day(3)}, ends="due"),  # heard of late: asked at once
)
PAPERS = (
    Scene("result", "result_ready result_again", _ready, ends="ready", todo="unopened:result"),
    Scene("result", "result_call_me", lambda d: {**_ready(d), "needs_call": "yes"}, ends="ready", todo="call:result"),
    Scene(
        "result",
        "result_call_link",
        lambda d: {**_ready(d), "needs_call": "yes", "book_url": LINK},
        ends="ready",
        todo="call:result",
    ),
    Scene(
        "result",
        "result_call_me >1 answer_call_you",
        lambda d: {**_ready(d), "needs_call": "yes"},
        ends="ready",
        todo="call:result_call_me",
    ),
    Scene("result", "result_ready", _ready, (_state(1, NOON, "opened"),), "opened"),
    Scene(
        "document",
        "document_ready document_again",
        lambda d: {"sent_at": d.ago(1)},
        ends="sent",
        todo="unopened:document",
    ),
    Scene("portal", "portal portal_again", lambda d: {"sent_at": d.ago(1), "url": LINK}, ends="sent"),
    Scene("portal", "portal", lambda d: {"sent_at": d.ago(1), "url": LINK}, (_state(1, NOON, "opened"),), "opened"),
    Scene(
        "form",
        "form_ready form_again",
        lambda d: {"due_at": d.at(8, "10:00"), "url": LINK},
        ends="sent",
        todo="unopened:form",
    ),
    Scene(
        "form",
        "form_ready",
        lambda d: {"due_at": d.at(8, "10:00"), "url": LINK},
        (_state(1, NOON, "filled"),),
        "filled",
    ),
)
MONEY = (
    Scene("invoice", "invoice_due invoice_due invoice_late", _invoice, ends="due"),
    Scene("invoice", "invoice_due payment_refused", _invoice, (_state(1, NOON, "refused"),), "refused"),
    Scene("invoice", "invoice_due", _invoice, (_state(1, NOON, "paid"),), "paid"),
    Scene(
        "cover_renewal",
        "cover_renewal cover_renewal",
        lambda d: {"renews_on": d.day(31), "insurer": "Example Health", "conditions_url": LINK},
        ends="coming",
    ),
)
STAYING_WELL = (
    Scene("recall", "recall >1 answer_call_you", _recall, ends="booked", todo="call:recall_call_me"),
    Scene("recall", "recall >2 answer_noted", _recall, ends="declined"),
    Scene("recall", "recall recall", _recall, ends="due", todo="call:recall"),
    Scene(
        "recall", "recall_link recall_link", lambda d: {**_recall(d), "book_url": LINK}, ends="due", todo="call:recall"
    ),
    Scene(
        "vaccination", "vaccination >1 answer_call_you", _vaccination, ends="booked", todo="call:vaccination_call_me"
    ),
    Scene("vaccination", "vaccination >2 answer_noted", _vaccination, ends="declined"),
    Scene("vaccination", "vaccination vaccination", _vaccination, ends="coming"),
    Scene(
        "vaccination",
        "vaccination_link vaccination_link",
        lambda d: {**_vaccination(d), "book_url": LINK},
        ends="coming",
    ),
    Scene("education", "education >1 education education >1", _pages, ends="running"),
    Scene("education", "education >2 answer_noted", _pages, ends="ended"),
)
ON_THE_DAY = (
    Scene(
        "delay",
        "delay delay delay_off",
        lambda d: {"expected_at": d.at(1, "15:00"), "minutes": "45", "place": "Room 2"},
        (
            (1, MORNING, _late),
            (1, NOON, lambda d: {**_late(d), "state": "on_time"}),
        ),
        "on_time",
    ),
    Scene(
        "video_visit",
        "video_visit video_visit video_now",
        lambda d: {"starts_at": d.at(5, "14:00"), "join_url": LINK},
        ends="coming",
    ),
    Scene(
        "video_visit",
        "video_visit video_visit video_visit video_off",
        lambda d: {"starts_at": d.at(5, "14:00"), "join_url": LINK},
        (
            (1, NOON, lambda d: {"starts_at": d.at(6, "14:00"), "join_url": LINK}),
            (6, MORNING, lambda d: {"starts_at": d.at(6, "14:00"), "join_url": LINK, "state": "cancelled"}),
        ),
        "cancelled",
    ),
    Scene(
        "hours",
        "hours_closed hours_closed",
        lambda d: {"on": d.day(4)},
        ((1, NOON, lambda d: {"on": d.day(5)}),),
        "coming",
    ),
    Scene(
        "hours",
        "hours_changed hours_changed",
        lambda d: {"on": d.day(4), "opens": "09:00", "closes": "13:00"},
        ((1, NOON, lambda d: {"on": d.day(4), "opens": "10:00", "closes": "14:00", "last_day": d.day(5)}),),
        "coming",
    ),
)
EVENTS = MEDICINES + PAPERS + MONEY + STAYING_WELL + ON_THE_DAY


# ------------------------------------------------------------------------------------------------ surveys and forms of ours


def _seen(service: str) -> Fields:
    return lambda d: {"finished_at": d.ago(1), "service": service}


BY_PAGE, BOTH_WAYS = "Check by page", "Check both ways"  # services with a survey of their own
SURVEYS = (
    Scene(
        "visit_finished",
        "survey_ask/visit >2 survey_next/recommend >3 survey_next/words >words survey_next/call >1 survey_thanks_call",
        _seen("Check"),
        ends="visit=2 recommend=3 words=+ call=1",
        todo="call_back",
    ),
    Scene(
        "visit_finished",
        "survey_ask/visit >5 survey_next/recommend >10 survey_next/words >0 survey_thanks",
        _seen("Check"),
        ends="visit=5 recommend=10 words=-",
    ),
    Scene("visit_finished", "survey_link @recommend=9", _seen(BY_PAGE), ends="recommend=9"),
    Scene(
        "visit_finished",
        "survey_link @recommend=2,words=words",
        _seen(BY_PAGE),
        ends="recommend=2 words=+",
        todo="call_back",
    ),
    Scene(
        "visit_finished",
        "survey_both/visit >4 survey_next/well >13 survey_next/next >1 survey_thanks",
        _seen(BOTH_WAYS),
        ends="visit=4 well=5 next=1",
    ),
    Scene(
        "visit_finished",
        "survey_both/visit @visit=3,well=2,next=0,words=words",
        _seen(BOTH_WAYS),
        ends="visit=3 well=2 next=0 words=+",
    ),
)
FORMS = (
    Scene("our_form", "form_ready @form", lambda d: {"due_at": d.at(8, "10:00")}, ends="filled"),
    Scene(
        "our_form", "form_ready form_again", lambda d: {"due_at": d.at(8, "10:00")}, ends="sent", todo="unopened:form"
    ),
)


# ------------------------------------------------------------------------------------------------ visits


def _visit(day: int, clinician: str = "Dr Costa", status: str = "") -> Fields:
    return lambda d: {"day": d.british(day), "clinician": clinician, "status": status}


AT = "12:00"
VISITS = (
    Scene(
        "visit",
        "visit_confirmation visit_clinician visit_arrival visit_question >1 answer_confirmed visit_first visit_today"
        " visit_check_in >1 answer_arrived",
        _visit(9),
        ((1, NOON, _visit(9, "Dr Osei")),),
        "arrived",
    ),
    Scene(
        "visit",
        "visit_confirmation visit_arrival visit_question >2 answer_change_noted visit_first visit_today visit_check_in",
        _visit(9),
        ends="booked",
        todo="another_time",
    ),
    Scene("visit", "visit_confirmation visit_arrival visit_question >3 answer_cancelled", _visit(9), ends="cancelled"),
    Scene(
        "visit",
        "visit_confirmation visit_arrival visit_question visit_first visit_second_question visit_today visit_check_in"
        " visit_missed",
        _visit(9),
        ends="missed",
        todo="call:missed",
    ),
    Scene(
        "visit",
        "visit_confirmation visit_moved visit_arrival visit_question visit_first visit_second_question >1 answer_confirmed"
        " visit_today visit_check_in >2 answer_cancelled",
        _visit(9),
        ((1, NOON, _visit(10)),),
        "cancelled",
    ),
    Scene(  # moved to a time so near that no other question comes: the news asks
        "visit",
        "visit_confirmation visit_moved_question >1 answer_confirmed visit_today visit_check_in >1 answer_arrived",
        _visit(9),
        ((1, EVENING, _visit(2)),),
        "arrived",
    ),
    Scene(
        "visit",
        "visit_confirmation visit_cancelled",
        _visit(9),
        ((1, NOON, _visit(9, status="cancelled")),),
        "cancelled",
    ),
)
ALL = EVENTS + SURVEYS + FORMS + VISITS


# ------------------------------------------------------------------------------------------------ a time that comes free


def _own(day: int) -> Fields:
    return lambda d: {"starts_at": d.at(day, "11:00")}


FREED = Scene("visit", "", _own(4), ends="cancelled")
WINS = Scene("visit", ">sooner waitlist_joined waitlist_offer >yes waitlist_won", _own(25), ends="confirmed")
PASSES = Scene("visit", ">sooner waitlist_joined waitlist_offer >no waitlist_declined", _own(20), ends="booked")
TOO_LATE = Scene("visit", ">sooner waitlist_joined waitlist_offer waitlist_gone", _own(19), ends="booked")
WAITLIST = (FREED, PASSES, WINS, TOO_LATE)
