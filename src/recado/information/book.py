"""The pages of a clinic as they stand, and the addresses of those that can be read."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from recado.clinics import queries as clinics
from recado.foundation.publishing import Editions, Shelf, Standing

from .models import InfoPage, InfoVersion
from .types import PLACEHOLDER, Link, NoSuchPage, Page, PageKind, PageState, PageView, VersionView, Words
from .writing import faults, from_json, to_json

PAGES = Shelf(InfoPage, Editions(InfoVersion, "page", from_json, NoSuchPage), "info_page", to_json, faults)


def pages(clinic_id: UUID) -> list[PageView]:
    """Every page, by name; what was taken down last. Call it inside `clinic_scope`."""
    return [_view(one) for one in PAGES.all(clinic_id)]


def page(clinic_id: UUID, key: str) -> PageView:
    """Raises NoSuchPage. Call it inside `clinic_scope`."""
    return _view(PAGES.one(clinic_id, key))


def _view(one: Standing[Page]) -> PageView:
    row = one.row
    address = f"{settings.RECADO_PUBLIC_URL}{path_of(row.clinic_id, row.code)}"
    return PageView(row.key, row.name, one.state, one.published, one.draft, address, row.changed_at)


def path_of(clinic_id: UUID, code: str) -> str:
    return f"/i/{clinics.clinic_settings(clinic_id).short_code}/{code}"


def versions(clinic_id: UUID, key: str) -> list[VersionView]:
    """The newest first. Call it inside `clinic_scope`."""
    return [
        VersionView(one.number, one.content, one.published_at, one.published_by)
        for one in PAGES.editions.past(clinic_id, key)
    ]


def live_page(clinic_id: UUID, code: str) -> Page | None:
    """What stands at an address now; None: nothing. Call it inside `clinic_scope`."""
    return next((one.published for one in PAGES.all(clinic_id, code=code, state=PageState.LIVE)), None)


def addresses(clinic_id: UUID) -> dict[str, str]:
    """The address of every page that can be read, by its placeholder. Call it inside `clinic_scope`."""
    rows = InfoPage.objects.filter(clinic_id=clinic_id, state=PageState.LIVE).order_by("key")
    return {
        f"{PLACEHOLDER}{key}": f"{settings.RECADO_PUBLIC_URL}{path_of(clinic_id, code)}"
        for key, code in rows.values_list("key", "code")
    }


def titles(clinic_id: UUID, language: str) -> dict[str, str]:
    """What every page that can be read is called in this language, or in its own first one, by its placeholder. Call it inside
    `clinic_scope`."""
    live = PAGES.all(clinic_id, state=PageState.LIVE)
    return {f"{PLACEHOLDER}{one.row.key}": said_in(one.published, [language])[1].title for one in live if one.published}


def for_visit(clinic_id: UUID, service: str, site: str, language: str) -> tuple[Link, ...]:
    """The pages that belong on the page of such a visit, called as they are in this language. Call it inside `clinic_scope`."""
    live = sorted(PAGES.all(clinic_id, state=PageState.LIVE), key=lambda one: str(one.row.key))
    return tuple(
        Link(said_in(found, [language])[1].title, path_of(clinic_id, one.row.code), found.kind is PageKind.DIRECTIONS)
        for one in live
        if (found := one.published) and found.on_visits
        if _is_for(found.services, service) and _is_for(found.sites, site)
    )


def _is_for(names: tuple[str, ...], name: str) -> bool:
    return not names or name.casefold() in {one.casefold() for one in names}


def said_in(found: Page, wanted: Iterable[str]) -> tuple[str, Words]:
    """The first of the wanted languages that the page is in, or its own first one, and what it says there."""
    for tag in wanted:
        language = tag.lower().split("-")[0]
        if language in found.says:
            return language, found.says[language]
    return next(iter(found.says.items()))
