"""What needs a person, with the fix on the row: questions to read, wrong numbers, calls, uncertain texts, announcements."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.clinics import queries as clinics
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import Folder, Reason, ThreadRow
from recado.journeys import queries as journeys
from recado.tasks import queries as tasks
from recado.tasks.types import TaskKind, TaskView
from recado.web import dates, numbers
from recado.web.calendar import days
from recado.web.today import following, reviewing
from recado.web.today.items import Item

SHOWN = 5  # questions and numbers one by one; the rest are in the inbox


def items(request: HttpRequest, clinic_id: UUID, near: days.Near) -> list[Item]:
    """Call it inside `clinic_scope`; the caller audits."""
    may: Any = request.role.may  # type: ignore[attr-defined]
    made: list[Item] = []
    asking: list[ThreadRow] = []
    if may(Permission.SEE_MESSAGES):
        user: Any = request.user
        asking = [row for row in conversations.page(clinic_id, Folder.TO_DO, user.pk) if row.waiting_since]
        late = _late(clinic_id, asking, user.pk)
        # What may be urgent first, then what the alarm tells this person of; within each the longest wait.
        asking.sort(key=lambda row: (row.reason is not Reason.URGENT, row.id not in late))
        made += _questions(clinic_id, asking, conversations.counts(clinic_id, user.pk).waiting, near, late)
    if may(Permission.CHANGE_APPOINTMENTS):
        made += _uncertain(near.tasks)
        made += _numbers(clinic_id, near.tasks)
        made += _calls(near)
        made += _call_backs(clinic_id, near)
        made += following.items(clinic_id, near.tasks)
        made += _times(clinic_id, near, {row.patient_id for row in asking})
    if may(Permission.IMPORT):
        made += [_announcement(source, people) for source, people in journeys.waiting(clinic_id).items()]
    user_id: Any = request.user.pk
    made += reviewing.items(clinic_id, user_id)
    return _with_whose(clinic_id, made, near.tasks)


def _with_whose(clinic_id: UUID, made: list[Item], given: list[TaskView]) -> list[Item]:
    """Each task with the person whom the rules gave it to, or else the team."""
    if not any(task.team_id for task in given):
        return made
    people, teams = {one.user_id: one.name for one in clinics.staff(clinic_id)}, tasks.team_names(clinic_id)
    whose = {task.id: people.get(task.assignee or task.id) or teams.get(task.team_id or task.id, "") for task in given}
    return [replace(item, whose=whose.get(item.task_id, "")) if item.task_id else item for item in made]


def _late(clinic_id: UUID, waiting: list[ThreadRow], me: UUID) -> set[UUID]:
    """The conversations of whose alarm this person is told."""
    if not any(row.alarm_step for row in waiting):
        return set()
    table = tasks.routing(clinic_id)
    return {row.id for row in waiting if tasks.is_told(row.alarm_step, table.steps, table.team(row.team_id), me)}


def _questions(
    clinic_id: UUID, waiting: list[ThreadRow], count: int, near: days.Near, late: Collection[UUID]
) -> list[Item]:
    people = conversations.people(clinic_id, waiting[:SHOWN])
    made = [_question(row, people[row.id], near, is_late=row.id in late) for row in waiting[:SHOWN]]
    more = count - min(len(waiting), SHOWN)
    if more > 0:
        title = ngettext("%(count)s more conversation waits", "%(count)s more conversations wait", more)
        made.append(
            Item(
                "ask",
                "inbox",
                title % {"count": numbers.counted(more)},
                acts=((_("Open the inbox"), reverse("inbox")),),
            )
        )
    return made


TITLES = {
    Reason.ANOTHER_TIME: lambda: _("wants another time"),
    Reason.URGENT: lambda: _("may be urgent"),
    Reason.WRONG_PERSON: lambda: _("says this is the wrong number"),
}


def _question(row: ThreadRow, people: list[Reach], near: days.Near, *, is_late: bool) -> Item:
    person = people[0] if people else None
    since = row.waiting_since
    assert since is not None
    is_red = row.reason is Reason.URGENT or (is_late and row.alarm_step > 1)
    colour = "bad" if is_red else "warn" if is_late else "ask"
    return Item(
        colour,
        "message-circle-question-mark",
        str(TITLES[row.reason]()) if row.reason in TITLES else _("asked a question"),
        name=person.name if person else row.phone.e164,
        words=row.last_words,
        lang=person.language if person else "",
        text=_("It has waited longer than it should: nobody has answered.") if is_late else "",
        waits=dates.ago(near.now - since),
        acts=((_("Open"), reverse("inbox-thread", args=[row.id])),),
    )


def _uncertain(waiting: list[TaskView]) -> list[Item]:
    made = []
    for task in waiting:
        if task.kind is TaskKind.UNCERTAIN:
            count = task.detail.get("texts")
            number = count if isinstance(count, int) else 1
            title = ngettext(
                "It is not known whether %(count)s text arrived",
                "It is not known whether %(count)s texts arrived",
                number,
            )
            text = _("The connection to the carrier broke as they left. They were not sent twice.")
            made.append(
                Item("warn", "triangle-alert", title % {"count": numbers.counted(number)}, text, task_id=task.id)
            )
    return made


def _numbers(clinic_id: UUID, waiting: list[TaskView]) -> list[Item]:
    wrong = list(dict.fromkeys(t.patient_id for t in waiting if t.kind is TaskKind.WRONG_NUMBER and t.patient_id))
    people = contacts.reach(clinic_id, wrong[:SHOWN]) if wrong else {}
    made = [
        Item(
            "bad",
            "phone-off",
            _("needs another number"),
            _("The number on record is somebody else's. Nothing goes there."),
            name=people[patient].name,
            acts=((_("Fix the number"), reverse("patient", args=[patient])),),
        )
        for patient in wrong[:SHOWN]
        if patient in people
    ]
    more = len(wrong) - SHOWN
    if more > 0:
        title = ngettext("%(count)s more number is wrong", "%(count)s more numbers are wrong", more)
        made.append(
            Item(
                "bad",
                "phone-off",
                title % {"count": numbers.counted(more)},
                acts=((_("Open patients"), reverse("patients")),),
            )
        )
    return made


def _calls(near: days.Near) -> list[Item]:
    count = len(near.calls)
    if not count:
        return []
    title = ngettext("%(count)s patient needs a call", "%(count)s patients need a call", count) % {
        "count": numbers.counted(count)
    }
    return [
        Item(
            "warn",
            "phone-call",
            title,
            _("They have not answered, or no text reaches them."),
            acts=((_("Open call list"), reverse("call-list")),),
        )
    ]


def _times(clinic_id: UUID, near: days.Near, asking: set[UUID | None]) -> list[Item]:
    """Wishes for another time that stand neither on the call list nor among the conversations that wait."""
    listed = {seen.id for seen in near.calls}
    wishes = [
        task
        for task in near.tasks
        if task.kind is TaskKind.ANOTHER_TIME and task.subject_id not in listed and task.patient_id not in asking
    ][:SHOWN]
    people = contacts.reach(clinic_id, [t.patient_id for t in wishes if t.patient_id]) if wishes else {}
    made = []
    for task in wishes:
        if task.patient_id in people:
            acts = ((_("Open patient"), reverse("patient", args=[task.patient_id])),)
            text = _("Agree on a new time and enter it in the practice system.")
            name = people[task.patient_id].name
            made.append(Item("ask", "calendar-clock", _("wants another time"), text, name, acts=acts, task_id=task.id))
    return made


def _call_backs(clinic_id: UUID, near: days.Near) -> list[Item]:
    """Who gave a low score in a survey, or asked to be called about it."""
    waiting = [task for task in near.tasks if task.kind is TaskKind.CALL_BACK and task.subject_id][:SHOWN]
    people = contacts.reach(clinic_id, [task.patient_id for task in waiting if task.patient_id]) if waiting else {}
    return [
        Item(
            "ask",
            "phone-call",
            _("to be called back"),
            _("They gave a low score, or asked for it."),
            people[task.patient_id].name,
            acts=((_("See the answers"), reverse("survey-answers", args=[task.subject_id])),),
            task_id=task.id,
        )
        for task in waiting
        if task.patient_id in people
    ]


def _announcement(source: str, people: int) -> Item:
    title = ngettext(
        "%(count)s person would be told about changes", "%(count)s people would be told about changes", people
    )
    text = _("An import changed many visits. The calendar is up to date; the texts wait for your word.")
    return Item("info", "send", title % {"count": numbers.counted(people)}, text, source=source)
