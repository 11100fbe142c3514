"""Values of this room: pages of a clinic that anybody may read, which hold nothing about any person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recado.foundation.works import NotPublishable as NotPublishable
from recado.foundation.works import WorkState

PLACEHOLDER = "info_"  # {info_directions} in a text stands for the address of the page `directions`


class PageKind(StrEnum):
    """Stored."""

    DIRECTIONS = "directions"
    PREPARATION = "preparation"
    CONDITION = "condition"
    OTHER = "other"


PageState = WorkState
"""Stored. Draft: there is no address yet that leads anywhere. Ended: taken down; its address says so."""


@dataclass(frozen=True, slots=True)
class Words:
    """A page in one language; `body` is in the markup of `markup.read`."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. `says`: by language, the page's own first. `on_visits`: it stands on the page of a visit that is for one of
    `services` and at one of `sites`; none: for any."""

    key: str
    version: int
    name: str  # for staff
    kind: PageKind
    says: Mapping[str, Words]
    on_visits: bool = False
    services: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.says)


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as staff see it. `address`: where anybody reads it once it is live."""

    key: str
    name: str
    state: PageState
    published: Page | None
    draft: Page | None
    address: str
    changed_at: datetime

    @property
    def shown(self) -> Page:
        page = self.draft or self.published
        assert page is not None
        return page

    @property
    def placeholder(self) -> str:
        return f"{{{PLACEHOLDER}{self.key}}}"


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version that was published, the newest first in lists."""

    number: int
    page: Page
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page that is pointed to: what it is called, and its path on this server."""

    title: str
    path: str
    shows_way: bool = False


class NoSuchPage(LookupError):
    """The clinic has no page of that key."""


class UnreadablePage(ValueError):
    """What is stored can't be read as a page."""
