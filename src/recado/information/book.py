"""The pages of a clinic as they stand, and the addresses of those that can be read."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from recado.clinics import queries as clinics

from .models import InfoPage, InfoVersion
from .types import PLACEHOLDER, Link, NoSuchPage, Page, PageState, PageView, VersionView, Words
from .writing import from_json


def pages(clinic_id: UUID) -> list[PageView]:
    """Every page, by name; what was taken down last. Call it inside `clinic_scope`."""
    rows = list(InfoPage.objects.filter(clinic_id=clinic_id))
    versions = _versions(clinic_id, rows)
    views = [_view(clinic_id, row, versions.get(row.key)) for row in rows]
    return sorted(views, key=lambda view: (view.state is PageState.ENDED, view.name.casefold(), view.key))


def page(clinic_id: UUID, key: str) -> PageView:
    """Raises NoSuchPage. Call it inside `clinic_scope`."""
    row = InfoPage.objects.filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        raise NoSuchPage(key)
    return view_of(clinic_id, row)


def view_of(clinic_id: UUID, row: InfoPage) -> PageView:
    return _view(clinic_id, row, _versions(clinic_id, [row]).get(row.key))


def _view(clinic_id: UUID, row: InfoPage, live: Page | None) -> PageView:
    draft = None if row.draft is None else from_json(row.key, 0, row.draft)
    address = f"{settings.RECADO_PUBLIC_URL}{path_of(clinic_id, row.code)}"
    return PageView(row.key, row.name, PageState(row.state), live, draft, address, row.changed_at)


def _versions(clinic_id: UUID, rows: Iterable[InfoPage]) -> dict[str, Page]:
    """What is published of these, by key."""
    wanted = {(row.key, row.version) for row in rows}
    kept = InfoVersion.objects.filter(clinic_id=clinic_id, key__in=[key for key, _ in wanted])
    return {row.key: from_json(row.key, row.number, row.page) for row in kept if (row.key, row.number) in wanted}


def path_of(clinic_id: UUID, code: str) -> str:
    return f"/i/{clinics.clinic_settings(clinic_id).short_code}/{code}"


def versions(clinic_id: UUID, key: str) -> list[VersionView]:
    """The newest first. Call it inside `clinic_scope`."""
    rows = InfoVersion.objects.filter(clinic_id=clinic_id, key=key).order_by("-number")
    return [
        VersionView(row.number, from_json(key, row.number, row.page), row.published_at, row.published_by)
        for row in rows
    ]


def live_page(clinic_id: UUID, code: str) -> Page | None:
    """What stands at an address now; None: nothing. Call it inside `clinic_scope`."""
    row = InfoPage.objects.filter(clinic_id=clinic_id, code=code, state=PageState.LIVE).first()
    return _versions(clinic_id, [row]).get(row.key) if row is not None else None


def addresses(clinic_id: UUID) -> dict[str, str]:
    """The address of every page that can be read, by its placeholder. Call it inside `clinic_scope`."""
    rows = InfoPage.objects.filter(clinic_id=clinic_id, state=PageState.LIVE).order_by("key")
    return {
        f"{PLACEHOLDER}{key}": f"{settings.RECADO_PUBLIC_URL}{path_of(clinic_id, code)}"
        for key, code in rows.values_list("key", "code")
    }


def for_visit(clinic_id: UUID, service: str, site: str, language: str) -> tuple[Link, ...]:
    """The pages that belong on the page of such a visit, called as they are in this language. Call it inside `clinic_scope`."""
    rows = list(InfoPage.objects.filter(clinic_id=clinic_id, state=PageState.LIVE).order_by("key"))
    if not rows:
        return ()
    live = _versions(clinic_id, rows)
    return tuple(
        Link(said_in(found, [language])[1].title, path_of(clinic_id, row.code))
        for row in rows
        if (found := live[row.key]).on_visits and _is_for(found.services, service) and _is_for(found.sites, site)
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
