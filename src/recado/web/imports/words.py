"""The words of the import pages."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recado.appointments.types import CannotImport, ImportView
from recado.web.numbers import counted

FIELDS: dict[str, Any] = {
    "id": gettext_lazy("Appointment number"),
    "patient": gettext_lazy("Patient's name"),
    "first_name": gettext_lazy("First name"),
    "name_infix": gettext_lazy("Name's prefix (van, de)"),
    "last_name": gettext_lazy("Last name"),
    "second_last_name": gettext_lazy("Second last name"),
    "record_number": gettext_lazy("Record number"),
    "mobile": gettext_lazy("Mobile number"),
    "phone": gettext_lazy("Phone"),
    "other_phone": gettext_lazy("Another phone"),
    "language": gettext_lazy("Language"),
    "birth_date": gettext_lazy("Date of birth"),
    "start": gettext_lazy("Date and time"),
    "start_date": gettext_lazy("Date"),
    "start_time": gettext_lazy("Time"),
    "duration": gettext_lazy("Duration"),
    "end": gettext_lazy("End"),
    "clinician": gettext_lazy("Clinician"),
    "service": gettext_lazy("Service"),
    "site": gettext_lazy("Site"),
    "status": gettext_lazy("Status"),
    "cancel_reason": gettext_lazy("Why it is cancelled"),
}
ENCODINGS: dict[str, str] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
DELIMITERS: dict[str, Any] = {
    ";": gettext_lazy("semicolon"),
    ",": gettext_lazy("comma"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar"),
}
DATES: dict[str, Any] = {"day-first": gettext_lazy("day first"), "month-first": gettext_lazy("month first")}
MISSING: dict[str, Any] = {
    "start": gettext_lazy("when the visit starts"),
    "who": gettext_lazy("who comes: a name or a record number"),
    "record": gettext_lazy("the record number, which stands in for the appointment number"),
    "id": gettext_lazy("the appointment number: it tells a moved visit from a new one"),
}
_REFUSED: dict[str, Any] = {
    "too_large": gettext_lazy("The file is larger than 64 MB. Export fewer weeks at a time."),
    "no_file": gettext_lazy("Choose a file first."),
    "column_missing": gettext_lazy("A column that is needed has no meaning yet. Choose it below."),
    "dates_unclear": gettext_lazy(
        "Some dates can only be read day first and others only month first. Say which it is."
    ),
    "source_wrong": gettext_lazy("The name takes small letters, digits, dots and dashes: front-desk."),
    "moved_on": gettext_lazy("This file is at another step by now. This is where it stands."),
    "not_here": gettext_lazy("This row can't be put right here. Put it right in your system."),
    "broke_off": gettext_lazy("Something broke off while the file was read. What is in stays in. Try again."),
}
STAYS: dict[str, Any] = {
    "nothing": gettext_lazy("There is nothing to take back."),
    "told": gettext_lazy("It can't be taken back any more: a text about one of its visits has left."),
    "answered": gettext_lazy("It can't be taken back any more: a patient has answered about one of its visits."),
    "changed": gettext_lazy("It can't be taken back any more: somebody has changed one of its visits since."),
    "later_import": gettext_lazy("A later import has changed some of the same visits. Take that one back first."),
}


def refusal(problem: CannotImport) -> str:
    """Why a file or a step is refused, and what to do."""
    return problem.sentence or problem_of(problem.code)


def problem_of(code: str) -> str:
    return str(_REFUSED.get(code, _REFUSED["broke_off"])) if code else ""


def telling(people: int, *, is_first: bool) -> str:
    """Who will hear of it, if nobody decides otherwise."""
    if is_first:
        return _("This is the first file of this source: nobody is told at once, only the reminders are planned.")
    text = ngettext("%(count)s person will be told at once.", "%(count)s people will be told at once.", people)
    return text % {"count": counted(people)}


def result_title(run: ImportView) -> str:
    """307 rows are in, 5 were left out."""
    left_out = run.counts.get("rows_left_out", 0)
    inside = run.counts.get("rows", 0) - left_out
    here = ngettext("%(count)s row is in", "%(count)s rows are in", inside) % {"count": counted(inside)}
    if not left_out:
        return here
    out = ngettext("%(rows)s, %(count)s was left out", "%(rows)s, %(count)s were left out", left_out)
    return out % {"rows": here, "count": counted(left_out)}


def segments(counts: dict[str, int]) -> list[dict[str, Any]]:
    """The pieces of a bar of 1,000 wide."""
    total = sum(counts.values()) or 1
    colours = {"new": "f-acc", "moved": "f-info", "cancelled": "f-mute", "rest": "f-line", "to_fix": "f-bad"}
    made, at = [], 0.0
    for name, count in counts.items():
        width = 1000 * count / total
        made.append({"x": f"{at:.1f}", "width": f"{max(0.0, width - 3):.1f}", "colour": colours[name]})
        at += width
    return made
