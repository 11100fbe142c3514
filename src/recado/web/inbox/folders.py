"""A folder of the inbox: what is alike for everybody at a clinic, read once, and the little that differs for one of them.

The page and the refresh of open tabs (`refreshing.py`) show the same by this. Statements: eleven, however many rows, and
however many people look at them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext

from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import Counts, Folder, Here, ThreadRow
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired

from . import lines, words

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Address:
    """Which page of which folder; `me`: whose it is, where it is Mine."""

    folder: Folder
    team: str = ""
    page: str = ""
    me: UUID = NOBODY

    @classmethod
    def of(cls, asked: Mapping[str, Any], me: UUID, posted: Mapping[str, Any] | None = None) -> "Address":
        """From what stands in an address or, after a form, in that form."""
        name = asked.get("folder", "") or (posted or {}).get("folder", "")
        folder = Folder(name) if name in list(Folder) else Folder.TO_DO
        team, page = asked.get("team", "")[:36], asked.get("page", "")[:6]
        return cls(folder, team, page if page.isdecimal() else "", me if folder is Folder.MINE else NOBODY)


@dataclass(frozen=True, slots=True)
class Shared:
    """A page of a folder, as read; what was made of it is kept beside it."""

    folder: Folder
    team: UUID | None
    number: int
    pages: int
    counts: Counts
    mine: dict[UUID, int]
    rows: list[ThreadRow]
    people: dict[UUID, list[Reach]]
    here: dict[UUID, list[Here]]
    waiting: dict[UUID | None, int]
    at: lines.Desk
    is_demo: bool
    made: dict[Any, Any] = field(default_factory=dict)
    rendered: dict[Any, "Piece"] = field(default_factory=dict)
    before: dict[Any, "Piece"] = field(default_factory=dict)  # rows as the reading before had them; most did not change

    @property
    def query(self) -> str:
        """How links from the list say where it is."""
        team = f"&team={self.team}" if self.team else ""
        return f"?folder={self.folder}{team}" + (f"&page={self.number}" if self.number > 1 else "")


def read(clinic_id: UUID, address: Address, last: Shared | None = None) -> Shared:
    """Reads a page of a folder; the caller audits. `last`: the reading before, of which rows that say the same are taken over."""
    at = lines.desk(clinic_id, NOBODY)
    team = next((one for one in at.teams if str(one) == address.team), None)
    with clinic_scope(clinic_id):
        counts, mine = conversations.counts(clinic_id, NOBODY), conversations.mine(clinic_id)
        if team:
            total = conversations.count_of_team(clinic_id, address.folder, address.me, team)
        else:
            total = mine.get(address.me, 0) if address.folder is Folder.MINE else counts.of(address.folder)
        pages = max(1, -(-total // conversations.PAGE))
        number = min(max(1, int(address.page or 1)), pages)
        rows = conversations.page(clinic_id, address.folder, address.me, number=number, team=team)
        return Shared(
            address.folder,
            team,
            number,
            pages,
            counts,
            mine,
            rows,
            conversations.people(clinic_id, rows) if rows else {},
            conversations.here(clinic_id, but=NOBODY),
            conversations.open_by_team(clinic_id) if at.teams else {},
            at,
            wired("STANDING", "is_demo")(),
            before=last.rendered if last else {},
        )


# ------------------------------------------------------------------------------------------------ what is shown


def bar(shared: Shared, me: UUID) -> dict[str, Any]:
    """What the tabs of the folders and teams show."""
    counts = replace(shared.counts, mine=shared.mine.get(me, 0))
    return {
        "folder": shared.folder,
        "folders": [
            (one, name, _badge(counts, one))
            for one, name in words.FOLDERS.items()
            if one is not Folder.FAILED or counts.failed or shared.folder is one
        ],
        "counts": counts,
        "waiting_said": ngettext(
            "%(count)d conversation waits for an answer", "%(count)d conversations wait for an answer", counts.waiting
        )
        % {"count": counts.waiting},
        "teams": [(one, name, shared.waiting.get(one, 0)) for one, name in shared.at.teams.items()],
        "team_at": shared.team,
    }


def _badge(counts: Counts, folder: Folder) -> int | None:
    """All has no number: it says nothing that anybody has to do. To do counts those who wait."""
    if folder is Folder.ALL:
        return None
    return int(counts.waiting if folder is Folder.TO_DO else counts.of(folder))


@dataclass(frozen=True, slots=True)
class Piece:
    """HTML that was made once and is handed out many times: its octets, and a word for them, are made once too. `same`: what
    stands for it to whoever has it as it is."""

    html: str
    octets: bytes
    digest: bytes
    same: bytes = b""

    @classmethod
    def of(cls, html: str) -> "Piece":
        octets = html.encode()
        return cls(html, octets, hashlib.blake2b(octets, digest_size=16).digest())

    @classmethod
    def row(cls, html: str, name: UUID) -> "Piece":
        """A row, which says what it is called as it stands, so that a tab keeps it while it is called the same."""
        version = hashlib.blake2b(html.encode(), digest_size=6).hexdigest()
        made = cls.of(mark_safe(html.replace("<li ", f'<li data-v="{version}" ', 1)))  # as the template made it
        return replace(made, same=f'<li id="t-{name}" data-same="{version}"></li>'.encode())


def listed(shared: Shared, me: UUID, *, may_reply: bool, opened: UUID | None) -> list[Piece]:
    """The rows as HTML, in the reader's language: made once for all, and apart only where a note names the reader, where they
    are themselves, and for the conversation that is open; that again once for all who see it so."""
    key = (get_language(), may_reply)
    if key not in shared.made:
        shared.made[key] = [_line(shared, row, NOBODY, may_reply) for row in shared.rows]
    apart = _apart(shared)
    others = apart.get(me, frozenset()) | apart.get(opened, frozenset())
    if not others:
        return shared.made[key]  # type: ignore[no-any-return]
    found = list(shared.made[key])
    for at in others:
        row = shared.rows[at]
        is_there = any(one.user_id == me for one in shared.here.get(row.id, ()))
        seen = (*key, at, row.id == opened, me in row.mentioned, me if is_there else None)
        if seen not in shared.made:
            shared.made[seen] = _line(shared, row, me, may_reply, opened)
        found[at] = shared.made[seen]
    return found


def _apart(shared: Shared) -> dict[UUID | None, frozenset[int]]:
    """Which rows look different to somebody (by person), and when they are open (by conversation)."""
    if "apart" not in shared.made:
        found: dict[UUID | None, set[int]] = defaultdict(set)
        for at, row in enumerate(shared.rows):
            for name in (row.id, *row.mentioned, *(one.user_id for one in shared.here.get(row.id, ()))):
                found[name].add(at)
        shared.made["apart"] = {name: frozenset(rows) for name, rows in found.items()}
    return shared.made["apart"]  # type: ignore[no-any-return]


def _line(shared: Shared, row: ThreadRow, me: UUID, may_reply: bool, opened: UUID | None = None) -> Piece:
    here = [one for one in shared.here.get(row.id, ()) if one.user_id != me]
    line = lines.line(row, shared.people[row.id], here, replace(shared.at, me=me))
    is_open = row.id == opened
    key = (line, get_language(), shared.query, shared.team, may_reply, is_open)  # all that the template is told
    if key not in shared.rendered:
        shared.rendered[key] = shared.before.get(key) or Piece.row(_html(shared, line, may_reply, is_open), row.id)
    return shared.rendered[key]


def _html(shared: Shared, line: lines.Line, may_reply: bool, is_open: bool) -> str:
    context = {
        "line": line,
        "lang": get_language(),
        "query": shared.query,
        "team_at": shared.team,
        "may_reply": may_reply,
        "opened": line.id if is_open else None,
    }
    return render_to_string("recado/inbox/_line.html", context)


def around(shared: Shared) -> dict[str, Any]:
    """What stands around the rows."""
    return {"number": shared.number, "pages": shared.pages, "query": shared.query, "is_demo": shared.is_demo}
