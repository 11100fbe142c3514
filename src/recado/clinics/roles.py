"""Roles are code: each a documented list of what its people may do. Who has none may do nothing.

A role is kept in the database by its code; renaming a title changes nothing there, a code is never reused.
"""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing that a person or an API key may do."""

    SEE_APPOINTMENTS = "see_appointments"
    CHANGE_APPOINTMENTS = "change_appointments"
    SEE_PATIENTS = "see_patients"
    CHANGE_PATIENTS = "change_patients"
    IMPORT = "import"  # files of patients and appointments
    SEE_MESSAGES = "see_messages"
    REPLY = "reply"  # write to one patient
    KEEP_REPLIES = "keep_replies"  # what the clinic often answers, for all to use
    SEND_CAMPAIGNS = "send_campaigns"  # one text to many
    APPROVE_CAMPAIGNS = "approve_campaigns"
    CHANGE_JOURNEYS = "change_journeys"  # what is sent by itself, and its wording
    CHANGE_ANSWERS = "change_answers"  # articles that answer patients by themselves
    SEND_EMERGENCY = "send_emergency"
    SEE_DOCUMENTS = "see_documents"  # which were sent to whom and opened, never what is in them
    SEND_DOCUMENTS = "send_documents"  # letters and pictures; results need the next one as well
    RELEASE_RESULTS = "release_results"
    SEE_FIGURES = "see_figures"  # counts and rates, no patients
    SEE_COMMENTS = "see_comments"  # what patients wrote in surveys, and who asked to be called back
    SEE_AUDIT = "see_audit"
    ANSWER_DATA_REQUESTS = "answer_data_requests"  # a patient's access, correction, erasure
    CHANGE_SETTINGS = "change_settings"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_TEAMS = "manage_teams"  # who answers what, and what happens when nobody does
    MANAGE_CONNECTIONS = "manage_connections"  # API keys, carriers, patient records
    SEE_OPERATIONS = "see_operations"  # queues, carriers' health: no patients


@dataclass(frozen=True, slots=True)
class Role:
    """What one kind of work needs."""

    code: str
    title: str
    about: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Whether people of this role may do it."""
        return permission in self.permissions

    @property
    def needs_second_step(self) -> bool:
        """Whether a password alone is not enough: for those who administer, audit or hand data out."""
        return bool(self.permissions & GUARDED)


_P = Permission
GUARDED = frozenset(
    {
        _P.MANAGE_PEOPLE,
        _P.CHANGE_SETTINGS,
        _P.MANAGE_CONNECTIONS,
        _P.SEE_AUDIT,
        _P.ANSWER_DATA_REQUESTS,
        _P.CHANGE_JOURNEYS,
        _P.CHANGE_ANSWERS,
        _P.APPROVE_CAMPAIGNS,
    }
)
"""Whoever may do one of these signs in with a second step or a passkey."""

_DESK = frozenset(
    {_P.SEE_APPOINTMENTS, _P.CHANGE_APPOINTMENTS, _P.SEE_PATIENTS, _P.CHANGE_PATIENTS, _P.SEE_MESSAGES, _P.REPLY}
) | {_P.SEE_DOCUMENTS, _P.SEND_DOCUMENTS}
_LEAD = _DESK | {
    _P.KEEP_REPLIES,
    _P.IMPORT,
    _P.SEND_CAMPAIGNS,
    _P.SEND_EMERGENCY,
    _P.SEE_FIGURES,
    _P.SEE_COMMENTS,
    _P.MANAGE_TEAMS,
}
_MANAGER = _LEAD | {_P.APPROVE_CAMPAIGNS, _P.CHANGE_JOURNEYS, _P.CHANGE_ANSWERS, _P.SEE_AUDIT, _P.SEE_OPERATIONS}

RECEPTION = Role("reception", "Reception", "Answers patients and keeps the calendar.", _DESK)
RECEPTION_LEAD = Role(
    "reception_lead", "Reception lead", "Reception, and texts to many, imports and emergency broadcasts.", _LEAD
)
CLINICIAN = Role(
    "clinician",
    "Clinician",
    "Sees and answers patients, and releases results. Changes neither journeys nor settings.",
    frozenset({_P.SEE_APPOINTMENTS, _P.SEE_PATIENTS, _P.SEE_MESSAGES, _P.REPLY, _P.RELEASE_RESULTS})
    | {_P.SEE_DOCUMENTS, _P.SEND_DOCUMENTS},
)
MANAGER = Role("manager", "Manager", "Runs the clinic's messaging: approves campaigns, changes journeys.", _MANAGER)
PRIVACY_OFFICER = Role(
    "privacy_officer",
    "Privacy officer",
    "Reads the audit and answers patients' requests about their data. Sends nothing.",
    frozenset({_P.SEE_AUDIT, _P.ANSWER_DATA_REQUESTS, _P.SEE_PATIENTS, _P.SEE_DOCUMENTS}),
)
AUDITOR = Role(
    "auditor",
    "Auditor",
    "Reads the audit and the figures for a limited time. Sees no patient and changes nothing.",
    frozenset({_P.SEE_AUDIT, _P.SEE_FIGURES, _P.SEE_OPERATIONS}),
)
INTEGRATOR = Role(
    "integrator",
    "Integrator",
    "Connects other systems: keys, carriers, imports. Sees no patient's messages.",
    frozenset({_P.MANAGE_CONNECTIONS, _P.IMPORT, _P.SEE_OPERATIONS}),
)
ADMINISTRATOR = Role(
    "administrator",
    "Administrator",
    "Everything but releasing results, which is a clinician's decision.",
    frozenset(_P) - {_P.RELEASE_RESULTS},
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        RECEPTION,
        RECEPTION_LEAD,
        CLINICIAN,
        MANAGER,
        PRIVACY_OFFICER,
        AUDITOR,
        INTEGRATOR,
        ADMINISTRATOR,
    )
}


class ApiScope(StrEnum):
    """One thing that an API key may do. A key manages neither people nor settings, reads no patient's record and never
    the audit. The names are what callers write and what is stored: never rename one."""

    SEND = "messages:send"  # POST /api/v1/messages and /api/v1/messages/batch: texts of every purpose but the next two
    EMERGENCY = "messages:emergency"  # the same for emergencies, which pass every other text and quiet hours
    VERIFY = "messages:verify"  # the same for codes, which pass all but emergencies, and quiet hours
    READ = "messages:read"  # GET /api/v1/messages/{id}: where a text stands, never what it says
    EVENTS = (
        "events:write"  # POST /api/v1/events and /api/v1/events/state: dated facts about patients, and the patients
    )
    DOCUMENTS = "documents:write"  # POST /api/v1/documents: a document for a patient, who is told
    APPOINTMENTS = "appointments:write"  # GET /api/v1/slots, POST /api/v1/appointments: books, moves, cancels visits
    CONSENT = "consent:write"  # "consent" in an item: records that a person has agreed


SENDING = (ApiScope.SEND, ApiScope.EMERGENCY, ApiScope.VERIFY)
"""Scopes of which a key that sends has at least one; which one a text needs, its purpose says."""
