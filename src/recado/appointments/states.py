"""How a visit stands and what can happen to it: the words of this room. The door `types` shows them."""

from enum import StrEnum


class VisitState(StrEnum):
    """What we know of a visit. A wish for another time is a flag beside it: the visit stands."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"  # the patient is here
    MISSED = "missed"  # the patient did not come
    FINISHED = "finished"  # the patient was seen


PRESENCE = frozenset({VisitState.ARRIVED, VisitState.MISSED, VisitState.FINISHED})  # said by the desk, on the day


class ChangeKind(StrEnum):
    """One line in a visit's story."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    WISHED = "wished"  # another time
    TAKEN_BACK = "taken_back"
    ARRIVED = "arrived"
    MISSED = "missed"
    FINISHED = "finished"
    LATE = "late"  # the patient says that they come later: the visit stands as it stood


class CancelReason(StrEnum):
    """Why staff cancelled a visit. Stored."""

    PATIENT = "patient"  # the patient asked for it
    CLINICIAN = "clinician"  # away or ill
    CLINIC = "clinic"  # closed, or no room
    DOUBLE = "double"  # booked twice
    OTHER = "other"


class PatientReason(StrEnum):
    """Why a patient cancelled, if they said so. Stored beside `CancelReason`: no value stands in both."""

    TIME = "time"  # does not suit
    ILL = "ill"
    NOT_NEEDED = "not_needed"
    ELSEWHERE = "elsewhere"
    OWN = "own"  # another one


class Status(StrEnum):
    """What a receptionist must know of a visit, the most pressing first where several are true. Stands in addresses."""

    CANCELLED_BY_PATIENT = "cancelled_by_patient"
    CANCELLED_BY_CLINIC = "cancelled_by_clinic"
    ANOTHER_TIME = "another_time"
    CONFIRMED = "confirmed"
    NO_PHONE = "no_phone"
    WRONG_NUMBER = "wrong_number"
    STOPPED = "stopped"
    NOT_DELIVERED = "not_delivered"
    NO_ANSWER = "no_answer"
    NOT_ASKED = "not_asked"
    NOT_CONFIRMED = "not_confirmed"
    ARRIVED = "arrived"
    MISSED = "missed"
    FINISHED = "finished"


CANCELLED = frozenset({Status.CANCELLED_BY_PATIENT, Status.CANCELLED_BY_CLINIC})
COMES = frozenset({Status.CONFIRMED, Status.ARRIVED, Status.FINISHED})
UNREACHABLE = frozenset({Status.NO_PHONE, Status.WRONG_NUMBER, Status.STOPPED, Status.NOT_DELIVERED})


class Why(StrEnum):
    """Why somebody must phone."""

    ANOTHER_TIME = "another_time"
    NO_PHONE = "no_phone"
    WRONG_NUMBER = "wrong_number"
    STOPPED = "stopped"
    NOT_DELIVERED = "not_delivered"
    QUESTION = "question"
    NO_ANSWER = "no_answer"
    NOT_ASKED = "not_asked"
    MUST_TELL = "must_tell"


class Outcome(StrEnum):
    """What became of what staff did to a visit."""

    DONE = "done"
    UNTOLD = "untold"  # done, but the clinic's journey has no text that tells the patient
    TOO_LATE = "too_late"  # it has begun, or somebody has changed it since
    TOLD_ALREADY = "told_already"  # it stands again, but the patient had been told that it was off: phone them


class CalendarKind(StrEnum):
    """What can be in one place at a time. Stored."""

    CLINICIAN = "clinician"
    ROOM = "room"
