"""Roles in the reader's language. `clinics.roles` holds what each may do; a test compares the codes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from recado.clinics.roles import Permission

TITLES: dict[str, Any] = {
    "reception": _("Reception"),
    "reception_lead": _("Reception lead"),
    "clinician": _("Clinician"),
    "manager": _("Manager"),
    "privacy_officer": _("Privacy officer"),
    "auditor": _("Auditor"),
    "integrator": _("Integrator"),
    "administrator": _("Administrator"),
}

ABOUT: dict[str, Any] = {
    "reception": _("Answers patients and keeps the calendar."),
    "reception_lead": _("Reception, and brings files of appointments in."),
    "clinician": _("Sees the calendar and answers patients. Changes neither appointments nor settings."),
    "manager": _("Reception lead, and reads the audit log."),
    "privacy_officer": _("Reads the audit and answers patients' requests about their data. Sends nothing."),
    "auditor": _("Reads the audit for a limited time. Sees no patient and changes nothing."),
    "integrator": _("Connects other systems: carriers and imports. Sees no patient's messages."),
    "administrator": _("Everything that there is, settings and people too."),
}
"""What each role does on the screens that there are; `clinics.roles` also holds what later screens will ask for."""


def title(code: str) -> str:
    """KeyError for a code that is no role."""
    return str(TITLES[code])


def about(code: str) -> str:
    """What people of this role do."""
    return str(ABOUT[code])


PERMISSIONS: dict[Permission, Any] = {
    Permission.SEE_APPOINTMENTS: _("See appointments"),
    Permission.CHANGE_APPOINTMENTS: _("Change appointments"),
    Permission.SEE_PATIENTS: _("See patients"),
    Permission.CHANGE_PATIENTS: _("Change patients"),
    Permission.IMPORT: _("Bring files in"),
    Permission.SEE_MESSAGES: _("Read messages"),
    Permission.REPLY: _("Answer patients"),
    Permission.KEEP_REPLIES: _("Keep saved replies"),
    Permission.SEND_CAMPAIGNS: _("Write to many"),
    Permission.APPROVE_CAMPAIGNS: _("Approve texts to many"),
    Permission.CHANGE_JOURNEYS: _("Change journeys"),
    Permission.CHANGE_ANSWERS: _("Write articles that answer by themselves"),
    Permission.SEND_EMERGENCY: _("Send emergencies"),
    Permission.SEE_DOCUMENTS: _("See which documents were sent and opened"),
    Permission.SEND_DOCUMENTS: _("Send documents"),
    Permission.RELEASE_RESULTS: _("Release results"),
    Permission.SEE_FIGURES: _("See figures"),
    Permission.SEE_COMMENTS: _("Read comments of surveys"),
    Permission.SEE_AUDIT: _("Read the audit log"),
    Permission.ANSWER_DATA_REQUESTS: _("Answer data requests"),
    Permission.CHANGE_SETTINGS: _("Change settings"),
    Permission.MANAGE_PEOPLE: _("Manage people"),
    Permission.MANAGE_TEAMS: _("Manage teams and routing"),
    Permission.MANAGE_CONNECTIONS: _("Manage carriers"),
    Permission.SEE_OPERATIONS: _("See operations"),
}


def permission(one: Permission) -> str:
    """What a permission lets people do."""
    return str(PERMISSIONS[one])
