"""Roles in the reader's language. `clinics.roles` holds what each may do; a test compares the codes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

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
    "reception_lead": _("Reception, and texts to many, imports and emergency broadcasts."),
    "clinician": _("Sees and answers patients, and releases results. Changes neither journeys nor settings."),
    "manager": _("Runs the clinic's messaging: approves campaigns, changes journeys."),
    "privacy_officer": _("Reads the audit and answers patients' requests about their data. Sends nothing."),
    "auditor": _("Reads the audit and the figures for a limited time. Sees no patient and changes nothing."),
    "integrator": _("Connects other systems: keys, carriers, imports. Sees no patient's messages."),
    "administrator": _("Everything but releasing results, which is a clinician's decision."),
}


def title(code: str) -> str:
    """KeyError for a code that is no role."""
    return str(TITLES[code])


def about(code: str) -> str:
    """What people of this role do."""
    return str(ABOUT[code])
