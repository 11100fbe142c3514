"""What a clinic writes as a draft and publishes in versions that nobody can change: two tables, and what is done to them.

A room derives both tables (`Work`, `Edition`), says how its contents are read and written (`Shelf`), and has drafts, versions,
states, history and audit. What is published is insert-only, since people were told by it; publishing makes a new version.
A room whose drafts have rules of their own takes the versions alone (`Editions`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import Max

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel
from recado.foundation.works import NotPublishable, Overtaken, TooMany, WorkState, fresh_key

VERBS = ("begin", "write", "publish", "end", "resume")
"""What stands behind the noun in the audit."""


class Work(TenantModel):
    """One thing of a clinic: what is live, and what is being written."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=12)  # works.WorkState
    version = models.IntegerField(null=True)  # the one that is live; null: none yet
    draft = models.JSONField(null=True)  # Shelf.write; null: nothing that is not published
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Edition(TenantModel):
    """It as it was published: insert-only (its migration says AppendOnly). What it held stands in a field that its table
    names, `Editions.body`."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=24)
    number = models.IntegerField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Named(Protocol):
    """A content says what its work is called."""

    @property
    def name(self) -> str: ...


Held = TypeVar("Held")
Content = TypeVar("Content", bound=Named)


@dataclass(frozen=True, slots=True)
class Standing(Generic[Content]):
    """A work as it stands: its row, what is live, and what is being written."""

    row: Any  # the room's own Work, with whatever fields it has added
    published: Content | None
    draft: Content | None

    @property
    def state(self) -> WorkState:
        return WorkState(self.row.state)


@dataclass(frozen=True, slots=True)
class Past(Generic[Held]):
    """A version that was published."""

    number: int
    content: Held
    published_at: datetime
    published_by: str


@dataclass(frozen=True, eq=False)
class Editions(Generic[Held]):
    """The versions of one kind. Every method is called inside `clinic_scope`.

    `read(key, number, held)` turns what JSON holds into a content; `missing` is raised where there is no such version. `product`:
    versions that come with the product, by key and number; a clinic's own of the same key are numbered behind them.
    """

    rows: type[Edition]
    body: str
    read: Callable[[str, int, Mapping[str, Any]], Held]
    missing: type[LookupError]
    product: Mapping[tuple[str, int], Held] = field(default_factory=dict)

    def one(self, clinic_id: UUID, key: str, number: int) -> Held:
        """It as it was published. Raises `missing`."""
        if (key, number) in self.product:
            return self.product[key, number]
        found: Held = _edition(self, clinic_id, key, number)
        return found

    def some(self, clinic_id: UUID, wanted: Collection[tuple[str, int | None]]) -> dict[str, Held]:
        """These versions by key, one of each, in one statement; those that are none are left out."""
        found = {key: self.product[key, number] for key, number in wanted if number and (key, number) in self.product}
        rows = self.rows._default_manager.filter(
            clinic_id=clinic_id, key__in=[key for key, number in wanted if number and key not in found]
        )
        return found | {row.key: self._content(row) for row in rows if (row.key, row.number) in wanted}

    def past(self, clinic_id: UUID, key: str) -> list[Past[Held]]:
        """Every version of the clinic's own, the newest first."""
        rows = self.rows._default_manager.filter(clinic_id=clinic_id, key=key).order_by("-number")
        return [Past(row.number, self._content(row), row.published_at, row.published_by) for row in rows]

    def add(self, clinic_id: UUID, key: str, held: object, by: Actor) -> int:
        """One more version, as JSON holds it; returns its number. The caller holds the lock of the work, and audits."""
        own = self.rows._default_manager.filter(clinic_id=clinic_id, key=key).aggregate(most=Max("number"))["most"]
        number: int = max([own or 0, *(taken for name, taken in self.product if name == key)]) + 1
        self.rows._default_manager.create(
            clinic_id=clinic_id,
            key=key,
            number=number,
            published_at=business_time.now(),
            published_by=by.ref,
            **{self.body: held},
        )
        return number

    def _content(self, row: Edition) -> Held:
        return self.read(row.key, row.number, getattr(row, self.body))


@lru_cache(maxsize=4_000)  # what is published never changes
def _edition(editions: Editions[Any], clinic_id: UUID, key: str, number: int) -> Any:
    row = editions.rows._default_manager.filter(clinic_id=clinic_id, key=key, number=number).first()
    if row is None:
        raise editions.missing(f"{key!r} v{number}")
    return editions._content(row)


@dataclass(frozen=True, eq=False)
class Shelf(Generic[Content]):
    """The works of one kind. Every method is called inside `clinic_scope`; those with `by` are one transaction and one line
    in the audit, and raise what `editions` says is missing where the clinic has no work of that key.

    `noun` begins the audit's words; `write` turns a content into what JSON holds, and `faults` says why it can't be published.
    """

    rows: type[Work]
    editions: Editions[Content]
    noun: str
    write: Callable[[Content], dict[str, Any]]
    faults: Callable[[Content], Sequence[object]]
    most: int = 100

    # -------------------------------------------------------------------------------------------- writing

    def room_left(self, clinic_id: UUID) -> set[str]:
        """The keys that are taken. Raises TooMany where there is room for none more."""
        taken = set(self.rows._default_manager.filter(clinic_id=clinic_id).values_list("key", flat=True))
        if len(taken) >= self.most:
            raise TooMany
        return taken

    def begin_new(self, *, clinic_id: UUID, key: str, content: Content, by: Actor, **more: Any) -> str:
        """Something new as a draft, under this key or the next that is free, which is returned: also where somebody else begins
        one of that name at the same moment. Raises TooMany. `more`: as `begin`."""
        with transaction.atomic():
            taken = self.room_left(clinic_id)
            while True:
                free = fresh_key(key, taken)
                if self.begin(clinic_id=clinic_id, key=free, content=content, by=by, **more):
                    return free
                taken.add(free)

    def begin(
        self, *, clinic_id: UUID, key: str, content: Content, by: Actor, live: int | None = None, **more: Any
    ) -> bool:
        """It as a draft; does nothing where the clinic has it, and returns False. `live`: it is no draft but this version of the
        product, which the clinic takes into its own hands. `more`: fields that its table has besides."""
        with transaction.atomic():
            row, is_new = self.rows._default_manager.get_or_create(
                clinic_id=clinic_id,
                key=key,
                defaults={
                    "name": content.name,
                    "state": WorkState.LIVE if live else WorkState.DRAFT,
                    "version": live,
                    "draft": None if live else self.write(content),
                    "changed_at": business_time.now(),
                    "changed_by": by.ref,
                    **more,
                },
            )
            if is_new:
                self._note("begin", row, by)
        return is_new

    def save_draft(
        self, *, clinic_id: UUID, key: str, draft: Content | None, by: Actor, seen: Content | None = None
    ) -> None:
        """Keeps what is being written, whatever its faults; None gives it up. `seen`: what it was made from; None asks nothing.
        Raises NotPublishable where there would be nothing left, and Overtaken where somebody else has saved since."""
        with transaction.atomic():
            row = self._locked(clinic_id, key)
            if seen is not None and seen != self._shown(row):
                raise Overtaken
            if draft is None and row.version is None:
                raise NotPublishable("Nothing was ever published.")
            shown = draft or self.editions.one(clinic_id, key, row.version or 0)
            row.draft = None if draft is None else self.write(draft)
            row.name = shown.name or row.name
            self._save(row, by, "draft", "name")
            self._note("write", row, by)

    def _shown(self, row: Work) -> Content:
        if row.draft is None:
            return self.editions.one(row.clinic_id, row.key, row.version or 0)
        return self.editions.read(row.key, 0, row.draft)

    def publish(self, *, clinic_id: UUID, key: str, by: Actor) -> int:
        """Makes the draft the version that counts from now on, and returns its number. Raises NotPublishable."""
        with transaction.atomic():
            row = self._locked(clinic_id, key)
            content = None if row.draft is None else self.editions.read(key, 0, row.draft)
            if content is None or self.faults(content):
                raise NotPublishable("There is no draft, or it has faults.")
            number = self.editions.add(clinic_id, key, row.draft, by)
            row.version, row.draft, row.name, row.state = number, None, content.name, WorkState.LIVE
            self._save(row, by, "version", "draft", "name", "state")
            self._note("publish", row, by, version=number)
        return number

    def end(self, *, clinic_id: UUID, key: str, by: Actor) -> None:
        """Takes it out of use. Raises NotPublishable where nothing was ever published."""
        self._set_state(clinic_id, key, WorkState.ENDED, "end", by)

    def resume(self, *, clinic_id: UUID, key: str, by: Actor) -> None:
        """Puts it back. Raises NotPublishable where nothing was ever published."""
        self._set_state(clinic_id, key, WorkState.LIVE, "resume", by)

    def _set_state(self, clinic_id: UUID, key: str, state: WorkState, verb: str, by: Actor) -> None:
        with transaction.atomic():
            row = self._locked(clinic_id, key)
            if row.version is None:
                raise NotPublishable("Nothing was ever published.")
            if row.state != state:
                row.state = state
                self._save(row, by, "state")
                self._note(verb, row, by)

    def _locked(self, clinic_id: UUID, key: str) -> Work:
        row = self.rows._default_manager.select_for_update().filter(clinic_id=clinic_id, key=key).first()
        if row is None:
            raise self.editions.missing(key)
        return row

    def _save(self, row: Work, by: Actor, *fields: str) -> None:
        row.changed_at, row.changed_by = business_time.now(), by.ref
        row.save(update_fields=["changed_at", "changed_by", *fields])

    def _note(self, verb: str, row: Work, by: Actor, **detail: Any) -> None:
        subject = f"{self.noun}:{row.key}"
        audit.record(clinic_id=row.clinic_id, by=by, action=f"{self.noun}.{verb}", subject=subject, detail=detail)

    # -------------------------------------------------------------------------------------------- reading

    def all(self, clinic_id: UUID, **only: Any) -> list[Standing[Content]]:
        """Every work, by name, what has ended last: two statements. `only`: fields of its table."""
        rows = list(self.rows._default_manager.filter(clinic_id=clinic_id, **only))
        live = self.editions.some(clinic_id, {(row.key, row.version) for row in rows})
        rows.sort(key=lambda row: (row.state == WorkState.ENDED, row.name.casefold(), row.key))
        return [self._standing(row, live.get(row.key)) for row in rows]

    def one(self, clinic_id: UUID, key: str) -> Standing[Content]:
        """Raises what is said to be missing."""
        row = self.rows._default_manager.filter(clinic_id=clinic_id, key=key).first()
        if row is None:
            raise self.editions.missing(key)
        return self._standing(row, self.editions.some(clinic_id, {(key, row.version)}).get(key))

    def _standing(self, row: Work, live: Content | None) -> Standing[Content]:
        return Standing(row, live, None if row.draft is None else self.editions.read(row.key, 0, row.draft))
