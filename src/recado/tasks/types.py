"""Values of this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from recado.clinics.types import OpenDay
from recado.foundation.phone import Phone


class TaskKind(StrEnum):
    UNCERTAIN = "uncertain"  # texts whose fate is not known: one task for each incident
    READ_REPLY = "read_reply"  # a patient wrote what only a person can answer
    ANOTHER_TIME = "another_time"  # a patient wants another time
    WRONG_NUMBER = "wrong_number"
    CALL = "call"  # no text can reach the patient in time, or they asked for it: phone them
    CALL_BACK = "call_back"  # a low score in a survey, or they asked to be called about it
    REFILL = "refill"  # a patient asked for what they take to be prepared again
    DIALOGUE = "dialogue"  # a patient answered questions by text, and somebody checks what they said
    NOBODY_THERE = "nobody_there"  # a visit stands at a time when nobody could be seen, as it looks
    UNOPENED = "unopened"  # what waits for a patient has been waiting too long


@dataclass(frozen=True, slots=True)
class TaskWish:
    """Something for a person to do. `source` is what raises it: the same kind from the same source is raised once."""

    kind: TaskKind
    source: str
    patient_id: UUID | None = None
    subject_id: UUID | None = None
    due_at: datetime | None = None  # None: now
    detail: Mapping[str, object] = field(default_factory=dict)  # counts and codes, never personal data


class CallResult(StrEnum):
    """What came of a phone call. Stored."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    ANOTHER_TIME = "another_time"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True)
class CallView:
    """One try to phone a patient about a subject."""

    id: UUID
    subject_id: UUID
    patient_id: UUID
    at: datetime
    result: CallResult
    by: str


@dataclass(frozen=True, slots=True)
class TaskView:
    id: UUID
    kind: TaskKind
    patient_id: UUID | None
    subject_id: UUID | None
    due_at: datetime
    raised_at: datetime
    done_at: datetime | None
    detail: dict[str, object] = field(default_factory=dict)
    team_id: UUID | None = None
    assignee: UUID | None = None


# ------------------------------------------------------------------------------------------------ teams and rules


class By(StrEnum):
    """What a rule goes by. Stored, but for the two that stand in every table: DANGER first, REST last."""

    DANGER = "danger"
    MEANING = "meaning"  # what was understood of the text
    TASK = "task"  # the kind of a task
    CLINICIAN = "clinician"  # of the patient's next visit, or else the last
    SITE = "site"  # the same
    KEYWORD = "keyword"  # a word or some in a row
    LANGUAGE = "language"  # the patient's
    NUMBER = "number"  # of ours, that the text was sent to
    OWNER = "owner"  # somebody has the conversation and was here a short while ago: they keep it
    REST = "rest"


class Share(StrEnum):
    """Who of a team is given it. Stored."""

    ROUND_ROBIN = "round_robin"  # whoever was given something longest ago
    LEAST_BUSY = "least_busy"  # whoever has the fewest open
    TEAM = "team"  # nobody: whoever of the team takes it


class Why(StrEnum):
    """Why a person was given it, or nobody was."""

    GIVEN = "given"
    KEPT = "kept"  # they had it already
    TEAM = "team"  # the rule leaves it to the team
    CLOSED = "closed"  # the team does not work now
    NOBODY_HERE = "nobody_here"
    NO_SKILL = "no_skill"  # nobody here has what the rule asks for
    NO_TEAM = "no_team"  # no team is named: it is everybody's


@dataclass(frozen=True, slots=True)
class RuleView:
    """One row of the table of rules. Any of `values` makes it fit."""

    by: By
    values: tuple[str, ...] = ()
    team_id: UUID | None = None
    share: Share = Share.TEAM
    skill: str = ""  # only to those who have it; empty: to anybody of the team
    id: UUID | None = None  # None: of the two that stand in every table


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody of a team. `seen_at`: when their screen last showed that they are there, real time."""

    user_id: UUID
    name: str = ""
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    seen_at: datetime | None = None
    given_at: datetime | None = None  # when this team's rules last gave them something


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team. `week` None: it works whenever the clinic is open. `is_open`, `opens_at`: now, in the clinic's zone."""

    id: UUID
    name: str
    about: str = ""
    lead_id: UUID | None = None
    week: tuple[OpenDay, ...] | None = None
    answer_within: timedelta | None = None  # what the team has set itself, in working hours
    members: tuple[MemberView, ...] = ()
    is_open: bool = True
    opens_at: datetime | None = None
    lead_seen_at: datetime | None = None  # as of members


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a text or a task that somebody has to look at. Empty: not known."""

    is_danger: bool = False
    meaning: str = ""
    task: str = ""
    clinician: str = ""
    site: str = ""
    text: str = ""
    language: str = ""
    is_common: bool = True  # everybody of the clinic speaks that language
    number: str = ""
    owner: UUID | None = None
    holder: UUID | None = None  # who was given it while it waits: the next text alone changes nobody
    patient_id: UUID | None = None  # of whom clinician, site and language are looked up where a rule asks for them


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose it is: a team, and perhaps one person of it; by which rule, and why that person or none."""

    team_id: UUID | None
    person_id: UUID | None
    by: By
    why: Why
    rule_id: UUID | None = None


class Tell(StrEnum):
    """Whom a step of an alarm tells. Stored."""

    TEAM = "team"
    LEAD = "lead"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class AlarmStep:
    """After so many minutes of working time without an answer, these are told too."""

    after: int
    tell: Tell


USUAL_STEPS = (AlarmStep(15, Tell.TEAM), AlarmStep(60, Tell.LEAD), AlarmStep(120, Tell.ALL))
USUAL_DANGER_MINUTES = 3


@dataclass(frozen=True, slots=True)
class RoutingView:
    """How a clinic shares out: its teams, the rules in their order (DANGER first, REST last), and what happens when nobody
    answers. No teams: nothing is given to anybody."""

    teams: tuple[TeamView, ...] = ()
    rules: tuple[RuleView, ...] = (RuleView(By.DANGER), RuleView(By.REST))
    tells_when: bool = True  # outside working hours the answer says when somebody will read it
    steps: tuple[AlarmStep, ...] = USUAL_STEPS
    danger_minutes: int = USUAL_DANGER_MINUTES  # an emergency goes one step further after so many

    def team(self, team_id: UUID | None) -> TeamView | None:
        """The team of this id."""
        return next((one for one in self.teams if one.id == team_id), None)


@dataclass(frozen=True, slots=True)
class Called:
    """Which mobiles on call were texted for an alarm: blind indexes. None: it is from before that was kept."""

    since: datetime  # the alarm
    phones: frozenset[bytes] | None

    def has(self, phone_bi: bytes, at: datetime) -> bool:
        """Whether a mobile was texted for it that was texted last, for whatever alarm, at this moment."""
        return at >= self.since and (self.phones is None or phone_bi in self.phones)


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """A text named a danger, and nobody has said yet that they see to it. `turn_id`: whose turn it is; None: everybody's."""

    id: UUID
    subject_id: UUID  # the conversation
    raised_at: datetime
    step: int
    turn_id: UUID | None
    called: Called


@dataclass(frozen=True, slots=True)
class TakenAlarm:
    """An alarm that somebody has taken. `by`: of the staff; None: a mobile on call that is nobody's in particular."""

    raised_at: datetime
    taken_at: datetime
    by: UUID | None
    called: Called


@dataclass(frozen=True, slots=True)
class OnCall:
    """A mobile on call, and who of the staff has it; None: nobody in particular, as with one that goes round."""

    phone: Phone
    user_id: UUID | None = None


class NotKept(ValueError):
    """What was asked for can't be. `field` names what to change, `sentence` (a msgid) says how."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field, self.sentence = field, sentence
        super().__init__(f"{field}: {sentence}")
