"""Documents in words: kinds, states, what happened, and why one was not sent."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from recado.documents import queries
from recado.documents.types import DocumentKind, DocumentState, Shown, What
from recado.web.chips import Chip

KINDS: dict[DocumentKind, tuple[str, Any]] = {
    DocumentKind.RESULT: ("test-tube", _("Result")),
    DocumentKind.LETTER: ("file-text", _("Letter")),
    DocumentKind.PICTURE: ("image", _("Picture")),
    DocumentKind.OTHER: ("file-check", _("Other")),
    DocumentKind.FORM: ("pen-line", _("Form")),
}

STATES: dict[DocumentState, Chip] = {
    DocumentState.HELD: Chip("warn", "pause", _("Held until they call")),
    DocumentState.NOT_OPENED: Chip("warn", "clock", _("Not opened")),
    DocumentState.OPENED: Chip("ok", "check", _("Opened")),
    DocumentState.FILLED: Chip("ask", "message-square-reply", _("Sent back")),
    DocumentState.ENDED: Chip("", "minus", _("Ended")),
    DocumentState.REVOKED: Chip("bad", "undo-2", _("Taken back")),
}
LOCKED = Chip("bad", "lock", _("Locked after wrong tries"))
ASKED = Chip("info", "eye", _("Code asked for, not opened"))

SHOWN: dict[Shown, Any] = {
    Shown.ALL: _("All"),
    Shown.NOT_OPENED: _("Not opened"),
    Shown.OPENED: _("Opened"),
    Shown.ENDS_SOON: _("Ends soon"),
    Shown.ENDED: _("Ended"),
    Shown.REVOKED: _("Taken back"),
}

HAPPENED: dict[What, tuple[str, Any]] = {
    What.SENT: ("send", _("Sent: the patient gets a text with a link")),
    What.CALL_ASKED: ("phone", _("The patient was asked to call; nothing can be opened yet")),
    What.RELEASED: ("send", _("Released: the patient gets a text with a link")),
    What.CODE_SENT: ("key-round", _("A code was asked for and sent")),
    What.WRONG: ("x", _("A try was wrong: the code or the date of birth")),
    What.LOCKED: ("lock", _("Locked: too many wrong tries")),
    What.UNLOCKED: ("lock-open", _("Unlocked: the patient may try again")),
    What.OPENED: ("check", _("Opened: code and date of birth were right")),
    What.LOOKED: ("eye", _("Read on the page")),
    What.DOWNLOADED: ("download", _("Downloaded")),
    What.FILLED: ("pen-line", _("Filled in and sent back")),
    What.REVOKED: ("undo-2", _("Taken back")),
}

TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "text/plain": _("text"),
    queries.LOCKED: _("locked"),
}

REFUSALS: dict[str, Any] = {
    "no_file": _("Choose a file."),
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than is allowed here."),
    "wrong_type": _(
        "Send a PDF, a picture (JPEG, PNG) or plain text. What counts is what is in the file, not its name."
    ),
    "no_room": _("There is no room on the server's disk. Nothing was sent. Tell whoever runs this server."),
    "not_locked": _("The browser did not lock the file. Try again, or send it without."),
    "bad_fragment": _("The browser did not make a key as it should. Try again, or send it without."),
    "no_title": _("Give a name of 1 to 80 letters."),
    "bad_words": _("At most 600 letters."),
    "bad_kind": _("Choose what it is."),
    "bad_days": _("Choose how long it stays."),
    "no_patient": _("Choose the patient."),
    "no_birth_date": _(
        "The record has no date of birth, which is asked for besides the code. Add it in the practice system first."
    ),
    "too_late": _("The moment that it is needed for has passed. Choose another."),
    "sent_before": _("They were sent this form for this visit already."),
    "no_phone": _("There is no mobile number on record to send the code to. Add it first."),
}
FIELD_OF = {"no_title": "title", "bad_words": "words", "bad_kind": "kind", "bad_days": "days"}
"""The field that a refusal is about; any other is about the file."""
