"""The inbox: a folder, one conversation in it, and the patient beside it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from recado.assistant import queries as assistant
from recado.clinics import access
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import Folder, Snooze, ThreadRow, ThreadState
from recado.foundation import audit
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, numbers, shell
from recado.web.patients import rows as patients
from recado.web.sign_in.at_work import clinic_of

from . import composer, drafts, folders, from_articles, lines, panel, replies, suggesting, talk, words

LONGEST_QUERY = 100
MOST_PEOPLE = 5  # found by the words; all of them are one click away


@needs(Permission.SEE_MESSAGES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return shell.page(request, "recado/inbox/page.html", folder_context(request), at="inbox")


@needs(Permission.SEE_MESSAGES)
@require_safe
def conversation(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    context = folder_context(request, thread_id) | talk_context(request, thread_id)
    return shell.page(request, "recado/inbox/page.html", context | {"view": "talk"}, at="inbox")


@needs(Permission.SEE_MESSAGES)
@require_safe
def patient(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    context = folder_context(request, thread_id) | talk_context(request, thread_id)
    return shell.page(request, "recado/inbox/page.html", context | {"view": "patient"}, at="inbox")


@needs(Permission.SEE_MESSAGES)
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Words come by POST, so that they stand in no address and no log. A name or number leads to the patient, too: who has
    never written and was never written to stands in no conversation."""
    wanted = (request.POST.get("words") or request.POST.get("q", "")).strip()[
        :LONGEST_QUERY
    ]  # q: from finding a person
    if not wanted:
        return HttpResponseRedirect(reverse("inbox"), status=303)
    clinic_id = clinic_of(request)
    at = lines.desk(clinic_id, shell_user(request))
    with clinic_scope(clinic_id):
        found = conversations.search(clinic_id, wanted)
        rows = conversations.threads_of(clinic_id, [hit.thread_id for hit in found.hits])
        said = {hit.thread_id: hit for hit in found.hits}
        shown = lines.lines(clinic_id, rows, at)
        _note_list(request, clinic_id, rows, "conversation.search")
        people = _people(request, clinic_id, wanted)
    context = folder_context(request) | {
        "found": [(line, said[line.id]) for line in sorted(shown, key=lambda one: said[one.id].at, reverse=True)],
        "people": people[:MOST_PEOPLE],
        "has_more_people": len(people) > MOST_PEOPLE,
        "searched_for": wanted,
        "own_address": reverse("inbox"),
        "searched": found.searched,
        "back_to": dates.short_day(found.back_to.astimezone(at.zone)) if found.back_to else "",
    }
    return shell.page(request, "recado/inbox/page.html", context, at="inbox")


def _people(request: HttpRequest, clinic_id: UUID, wanted: str) -> list[patients.Row]:
    """Who fits, as the search at the top of every page finds them; one more than is shown."""
    if not access.may(request, Permission.SEE_PATIENTS):
        return []
    found = patients.rows(clinic_id, patients.find(clinic_id, wanted).ids[: MOST_PEOPLE + 1])
    if found:
        shown = {"patients": [str(row.id) for row in found[:MOST_PEOPLE]]}
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.search", detail=shown)
    return found


# ------------------------------------------------------------------------------------------------ what pages show


def shell_user(request: HttpRequest) -> UUID:
    found = request.user.pk
    assert isinstance(found, UUID)
    return found


def folder_of(request: HttpRequest) -> Folder:
    asked = request.GET.get("folder", "") or request.POST.get("folder", "")
    return Folder(asked) if asked in list(Folder) else Folder.TO_DO


def folder_context(request: HttpRequest, opened: UUID | None = None) -> dict[str, Any]:
    """The list on the left; `opened`: the conversation beside it."""
    clinic_id, me = clinic_of(request), shell_user(request)
    shared = folders.read(clinic_id, folders.Address.of(request.GET, me, request.POST))
    may_reply = access.may(request, Permission.REPLY)
    with clinic_scope(clinic_id):
        _note_list(request, clinic_id, shared.rows, "conversation.list")
    return {
        **folders.bar(shared, me),
        **folders.around(shared),
        "view": "list",
        "rows": [one.html for one in folders.listed(shared, me, may_reply=may_reply, opened=opened)],
        "may_reply": may_reply,
        "colleagues": sorted(shared.at.names.items(), key=lambda one: one[1]),
        "snoozes": _snoozes(clinic_id, shared.at),
    }


def talk_context(request: HttpRequest, thread_id: UUID) -> dict[str, Any]:
    """The conversation and the patient. 404 for what is not this clinic's."""
    clinic_id = clinic_of(request)
    at = lines.desk(clinic_id, shell_user(request))
    asked = request.GET.get("most", "")
    most = min(int(asked), talk.AT_MOST) if asked.isdecimal() and len(asked) < 5 else talk.AT_FIRST
    with clinic_scope(clinic_id):
        mark = conversations.marks_of(clinic_id, [thread_id]).get(thread_id, "")  # before anything that it stands for
        row = conversations.thread(clinic_id, thread_id)
        if row is None:
            raise Http404
        family = conversations.people(clinic_id, [row])[row.id]
        everybody = conversations.here(clinic_id, but=folders.NOBODY).get(row.id, [])
        here = [one for one in everybody if one.user_id != at.me]
        shown = talk.talk(clinic_id, row, at, most=most, language=family[0].language if family else "", family=family)
        beside = panel.panel(clinic_id, row, family, at)
        forms = _forms(request, row, family, shown, beside, at)
        if request.headers.get("X-Live") != "true":
            _note_view(request, clinic_id, row)
    return forms | {
        "thread": row,
        "mark": talk.mark(mark, everybody),
        "thread_name": lines.name_of(row, family),
        "thread_phone": numbers.international(row.phone.e164),
        "is_known": bool(family),
        "is_open": row.state is ThreadState.OPEN,
        "is_named": at.me in row.mentioned,
        "state_tag": _state_tag(row, at),
        "colleague": lines.colleague(here, at),
        "assignee": at.names.get(row.assignee, "") if row.assignee else "",
        "team": at.teams.get(row.team_id, "") if row.team_id else "",
        "laters": composer.laters(clinic_id, at),
        "talk": shown,
        "older": min(most * 3, talk.AT_MOST) if shown.has_older and most < talk.AT_MOST else 0,
        "panel": beside,
        "here": f"{reverse('inbox-thread', args=[row.id])}?folder={folder_of(request)}",
        "family": family,
        "language": family[0].language if family else "",
        "may_change_visits": access.may(request, Permission.CHANGE_APPOINTMENTS),
        "may_change_patients": access.may(request, Permission.CHANGE_PATIENTS),
        "may_keep_replies": access.may(request, Permission.KEEP_REPLIES),
        "wrong_about": _wrong_about(row, family),
    }


def _forms(
    request: HttpRequest, row: ThreadRow, family: list[Reach], shown: talk.Talk, beside: panel.Panel, at: lines.Desk
) -> dict[str, Any]:
    """What is being written, and what may be put into it. Call it inside `clinic_scope`."""
    clinic_id = clinic_of(request)
    whom = next((one for one in family if beside.patient and one.patient_id == beside.patient.id), None)
    may_offer = access.may(request, Permission.CHANGE_APPOINTMENTS)
    gathered = (
        suggesting.gather(clinic_id, row, beside, at, talk.unanswered(shown)) if may_offer else suggesting.NOTHING
    )
    articles = from_articles.ready(clinic_id, row, whom.language if whom else "")
    suggestion = suggesting.best(gathered, articles)
    begun = _again(shown, request.GET.get("again", "")) or drafts.text(request, drafts.reply_name(row.id))
    if suggestion and request.GET.get("use") == "yes":
        begun = suggestion.text
    noted = drafts.text(request, drafts.note_name(row.id))
    names = conversations.may_be_named(clinic_id)
    return {
        "compose": composer.fresh(row, at, composer.outlook(clinic_id, row), begun),
        "note": composer.note_form(noted, is_shown=request.GET.get("write") == "note"),
        "may_be_named": sorted(name for user, name in names.items() if user != at.me),
        "ready_replies": [*articles, *replies.ready(clinic_id, whom, beside.upcoming)],
        "suggestion": suggestion,
        "offered": suggesting.offered(request),
        "later_at": request.POST.get("later_at", ""),
        "free_times": gathered.times,
        "has_model": assistant.is_on(clinic_id),
    }


def _again(shown: talk.Talk, asked: str) -> str:
    """The words of a text that did not arrive, to send them once more; empty: no such text."""
    found = (item.text for item in shown.items if item.may_go_again and item.is_staff and str(item.message_id) == asked)
    return next(found, "")


def _snoozes(clinic_id: UUID, at: lines.Desk) -> list[tuple[Snooze, str, str]]:
    ends = [(one, conversations.snoozed_until(clinic_id, one, at.now)) for one in Snooze]
    return [
        (one, words.snooze(one, until.astimezone(at.zone) if until else None, at.now), key)
        for (one, until), key in zip(ends, "123", strict=True)
    ]


def _state_tag(row: ThreadRow, at: lines.Desk) -> str:
    if row.state is ThreadState.DONE:
        return str(words.FINISHED)
    if row.state is not ThreadState.SNOOZED:
        return ""
    if row.snoozed_until is None:
        return str(words.SNOOZED_UNTIL_REPLY)
    return str(words.SNOOZED_UNTIL) % {"when": dates.short_moment(row.snoozed_until.astimezone(at.zone))}


def _wrong_about(row: ThreadRow, family: list[Reach]) -> Reach | None:
    """Of whom one may say that this phone is not theirs: the one whom the conversation is about."""
    whom = panel.about(row, family)
    return next((person for person in family if person.patient_id == whom), None)


def _note_list(request: HttpRequest, clinic_id: UUID, rows: list[ThreadRow], action: str) -> None:
    """A list view is one line with the ids that were shown; a refresh of a list that stands open is none."""
    if request.headers.get("X-Live") == "true" or not rows:
        return
    shown: list[str] = [str(row.id) for row in rows]
    audit.record(clinic_id=clinic_id, by=shell.actor(request), action=action, detail={"threads": shown})


def _note_view(request: HttpRequest, clinic_id: UUID, row: ThreadRow) -> None:
    audit.record(
        clinic_id=clinic_id,
        by=shell.actor(request),
        action="conversation.view",
        patient_id=row.patient_id,
        subject=f"thread:{row.id}",
    )
