"""Whose a conversation is that a person has to look at: the rules of the clinic say so as the text comes in. Where the team
does not work at the time, the writer hears when somebody will read it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count

from recado.clinics import queries as clinics
from recado.tasks import actions as tasks
from recado.tasks import queries as sharing
from recado.tasks.types import Decision, Facts, RoutingView, TeamView

from .models import Reply, Thread
from .notices import passed_out_of_hours
from .obeying import BY_TEXT
from .types import DANGER, WAITS, Heard, Read, ThreadState

ANSWERED = ("thread_id", "waited_since", "at")
MOST_REPLIES = 2_000  # newest answers that a team's time is worked out from


def give(clinic_id: UUID, waiting: Sequence[tuple[Thread, Heard, Read]]) -> list[Read]:
    """Gives conversations to teams and people, and sounds the alarm of a text that names a danger. Returns what goes back to
    each writer. Call it inside `clinic_scope`, with the conversations locked."""
    if not waiting:
        return []
    table = sharing.routing(clinic_id)
    wants = [(thread.id, _facts(thread, heard, read.outcome == DANGER)) for thread, heard, read in waiting]
    decided = tasks.give(clinic_id=clinic_id, wants=wants, by=BY_TEXT, table=table)
    return [
        _given(thread, heard, read, table, one) for (thread, heard, read), one in zip(waiting, decided, strict=True)
    ]


def _given(thread: Thread, heard: Heard, read: Read, table: RoutingView, decided: Decision | None) -> Read:
    if decided is not None:
        thread.team_id = decided.team_id or thread.team_id
        thread.assignee = decided.person_id or thread.assignee
    if read.outcome == DANGER:
        tasks.sound_alarm(
            clinic_id=heard.clinic_id,
            subject_id=thread.id,
            by=BY_TEXT,
            table=table,
            patient_id=heard.patient_id,
            is_put_away=thread.state != ThreadState.OPEN,
        )
    return _told_when(heard, read, table, decided)


def _facts(thread: Thread, heard: Heard, is_danger: bool) -> Facts:
    return Facts(
        is_danger=is_danger,
        meaning=str(heard.understood.meaning),
        text=heard.words,
        language=heard.language,
        number=heard.number,
        owner=thread.assignee,
        holder=thread.assignee if thread.waiting_since is not None else None,
        patient_id=thread.patient_id or heard.patient_id,
    )


def _told_when(heard: Heard, read: Read, table: RoutingView, decided: Decision | None) -> Read:
    """Outside the team's hours the answer says from when somebody reads it."""
    team = table.team(decided.team_id) if decided and table.tells_when else None
    if team is None or team.opens_at is None or read.outcome != WAITS or read.text is None:
        return read
    text = passed_out_of_hours(heard.clinic_id, heard.language, team.opens_at)
    return replace(read, text=text, wording="")  # no longer the words of whoever passed it on


# ------------------------------------------------------------------------------------------------ for the page of teams


def open_by_person(clinic_id: UUID) -> dict[UUID, int]:
    """How many open conversations each person has: wired under LOADS. Call it inside `clinic_scope`."""
    rows = Thread.objects.filter(clinic_id=clinic_id, state=ThreadState.OPEN, assignee__isnull=False)
    return dict(rows.values_list("assignee").annotate(count=Count("id")).order_by())


def open_by_team(clinic_id: UUID) -> dict[UUID | None, int]:
    """In how many conversations of each team a person waits. Call it inside `clinic_scope`."""
    rows = Thread.objects.filter(clinic_id=clinic_id, state=ThreadState.OPEN, waiting_since__isnull=False)
    return dict(rows.values_list("team_id").annotate(count=Count("id")).order_by())


def answer_times(clinic_id: UUID, teams: tuple[TeamView, ...], since: datetime) -> dict[UUID, float]:
    """Within how many minutes of working time each team answered, the half of all times: from its newest answers since
    then. Two statements. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    zone, by_id = ZoneInfo(clinic.time_zone), {team.id: team for team in teams}
    rows = Reply.objects.filter(clinic_id=clinic_id, at__gte=since, waited_since__isnull=False).order_by("-at")
    found = [(thread, asked, at) for thread, asked, at in rows.values_list(*ANSWERED)[:MOST_REPLIES] if asked]
    whose = Thread.objects.filter(clinic_id=clinic_id, id__in={thread for thread, _, _ in found})
    team_of = dict(whose.values_list("id", "team_id"))
    times: dict[UUID, list[float]] = {}
    for thread, asked, at in found:
        team = by_id.get(team_of.get(thread))  # type: ignore[arg-type]
        if team is not None:
            week = team.week if team.week is not None else clinic.opening_hours
            worked = sharing.worked_between(week, zone, asked, at)
            times.setdefault(team.id, []).append(worked.total_seconds() / 60)
    return {team: sorted(minutes)[len(minutes) // 2] for team, minutes in times.items()}
