"""What stands in the audit, in words. Codes are stored, words are shown; a test finds every code that the product writes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "appointment.announce": _("Decided whether an import tells people"),
    "appointment.import": _("Brought appointments in"),
    "appointment.take_back": _("Took imported appointments back"),
    "appointment.view": _("Looked at appointments"),
    "audit.check": _("Checked the chain of the audit log"),
    "audit.export": _("Exported the audit log"),
    "audit.view": _("Read the audit log"),
    "clinics.add_site": _("Added a place"),
    "clinics.add_staff": _("Took a person on"),
    "clinics.change_role": _("Changed somebody's role"),
    "clinics.change_settings": _("Changed settings of the clinic"),
    "clinics.change_site": _("Changed a place"),
    "clinics.close_site": _("Closed a place"),
    "clinics.create_clinic": _("Made the clinic"),
    "clinics.end_staff": _("Ended somebody's work here"),
    "clinics.issue_api_key": _("Made an API key"),
    "clinics.revoke_api_key": _("Turned an API key off"),
    "consent.view": _("Looked at a patient's consent"),
    "conversation.about": _("Said whom a conversation is about"),
    "conversation.assign": _("Assigned a conversation"),
    "conversation.back": _("Brought a snoozed conversation back"),
    "conversation.done": _("Marked a conversation as done"),
    "conversation.list": _("Looked at the list of conversations"),
    "conversation.read": _("Read what a patient wrote"),
    "conversation.recall": _("Took a text back before it left"),
    "conversation.reopen": _("Opened a conversation again"),
    "conversation.reply": _("Wrote to a patient"),
    "conversation.search": _("Searched conversations"),
    "conversation.snooze": _("Snoozed a conversation"),
    "conversation.undo": _("Undid a change of a conversation"),
    "conversation.view": _("Opened a conversation"),
    "csv_files.discard": _("Discarded an import"),
    "csv_files.fix_row": _("Corrected a row of an import"),
    "csv_files.import": _("Imported a file"),
    "csv_files.leave_out": _("Left rows of an import out"),
    "csv_files.pause": _("Paused an import"),
    "csv_files.resume": _("Let an import go on"),
    "csv_files.save_mapping": _("Saved what the columns of a file mean"),
    "csv_files.see_rows": _("Looked at rows of an import"),
    "csv_files.take_back": _("Took an import back"),
    "csv_files.take_up": _("Began an import"),
    "csv_files.upload": _("Uploaded a file"),
    "link.renew": _("Sent a patient a new link"),
    "message.choose_sender": _("Chose the number that texts come from"),
    "message.put": _("Handed texts to the gate"),
    "message.test": _("Sent a test text"),
    "message.view": _("Opened the story of a message"),
    "patient.change": _("Changed a patient's record"),
    "patient.export": _("Exported a patient's data"),
    "patient.list": _("Looked at the list of patients"),
    "patient.open": _("Opened a patient by a link of a page"),
    "patient.search": _("Searched patients"),
    "patient.view": _("Opened a patient"),
    "task.finish": _("Finished a task"),
    "task.raise": _("Raised a task"),
    "task.reopen": _("Opened a task again"),
}

GROUPS: dict[str, Any] = {
    "appointment": _("Appointments"),
    "patient": _("Patients"),
    "conversation": _("Conversations"),
    "message": _("Messages"),
    "link": _("Links"),
    "consent": _("Consent"),
    "csv_files": _("Imports"),
    "task": _("Tasks"),
    "clinics": _("Clinic and people"),
    "account": _("Signing in"),
    "audit": _("Audit log"),
}

ACTORS: dict[str, Any] = {
    "staff": _("Staff"),
    "patient": _("Patient"),
    "import": _("Import"),
    "api_key": _("Another system"),
    "system": _("Recado"),
    "operator": _("Operator of the server"),
}

RESULTS: dict[str, tuple[str, str, Any]] = {
    "done": ("ok", "check", _("Done")),
    "allowed": ("ok", "check", _("Allowed")),
    "refused": ("bad", "x", _("Refused")),
    "to_review": ("warn", "eye", _("To review")),
}


def action(code: str) -> str:
    """An action in words; an unknown code is shown as it is stored."""
    return str(ACTIONS[code]) if code in ACTIONS else code.replace("_", " ").replace(".", ": ")
