"""Reads of clinics, their settings and people."""

import json
import threading
import time
from collections.abc import Mapping
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

from recado.clinics import api_keys, opening
from recado.clinics.models import Membership, Site
from recado.clinics.roles import ROLES, Role
from recado.clinics.types import (
    USUAL_WEEK,
    CareBasis,
    ClinicSettings,
    NoSuchClinic,
    OpenDay,
    PersonView,
    QuietHours,
    SiteView,
    StaffView,
    Workplace,
)
from recado.foundation.database import Role as DatabaseRole
from recado.foundation.database import connect, plain_cursor
from recado.foundation.tenancy import SET_CLINIC, clinic_scope, current_clinic

api_keys_of = api_keys.keys_of
may_come_from = api_keys.may_come_from
open_until = opening.open_until
open_stretches = opening.stretches
next_opening = opening.next_opening
next_day_opening = opening.next_day_opening

SETTINGS_LIVE = timedelta(seconds=2)
"""How long a changed setting may still be read as it was."""

_COLUMNS: LiteralString = """
SELECT id, slug, short_code, name, time_zone, country, default_language, care_basis, quiet_opens, quiet_closes,
    phone_shown, address, languages, opening_hours::text, idle_lock, repeat_guard, most_an_hour,
    emergency_number FROM clinics_clinic
"""

_ONLY = ("only", "")
_cache: dict[tuple[str, str], tuple[float, ClinicSettings | None]] = {}  # until when; None under _ONLY alone
_known_codes: tuple[float, Mapping[str, UUID]] = (0.0, {})  # until when
_cache_lock = threading.Lock()


def clinic_by_slug(slug: str) -> ClinicSettings:
    """The clinic that a slug names, across all clinics (maintenance role); cached for 2 s. Raises NoSuchClinic."""
    held = _held("slug", slug)
    if held:
        return held
    with connect(DatabaseRole.MAINTENANCE) as connection:
        row = connection.execute(_COLUMNS + " WHERE slug = %s", (slug,)).fetchone()
    if row is None:
        raise NoSuchClinic("There is no clinic with this slug. `recado clinic list` shows those there are.")
    return _keep("slug", slug, _view(row))


def clinic_by_code(code: str) -> ClinicSettings | None:
    """The clinic whose code stands in an address that patients type, across all clinics; cached for 2 s. The codes there are are read
    at once (maintenance role), or whoever guesses would cost a connection for each guess."""
    clinic_id = _codes().get(code)
    return clinic_settings(clinic_id) if clinic_id else None


def _codes() -> Mapping[str, UUID]:
    global _known_codes
    with _cache_lock:
        until, known = _known_codes
    if until > time.monotonic():
        return known
    with connect(DatabaseRole.MAINTENANCE) as connection:
        known = dict(connection.execute("SELECT short_code, id FROM clinics_clinic").fetchall())
    with _cache_lock:
        _known_codes = time.monotonic() + SETTINGS_LIVE.total_seconds(), known
    return known


def only_clinic() -> ClinicSettings | None:
    """The clinic of an installation that has one, across all clinics (maintenance role); cached for 2 s. None: there are
    several, or none yet; cached too, since strangers ask with whatever link they make up, and each answer is a connection."""
    with _cache_lock:
        until, known = _cache.get(_ONLY, (0.0, None))
    if until > time.monotonic():
        return known
    with connect(DatabaseRole.MAINTENANCE) as connection:
        rows = connection.execute(_COLUMNS + " LIMIT 2").fetchall()
    only = _view(rows[0]) if len(rows) == 1 else None
    _put(_ONLY, only)
    return only


def clinic_settings(clinic_id: UUID) -> ClinicSettings:
    """A clinic and its settings; cached for 2 s. Works inside and outside of any clinic's scope. Raises NoSuchClinic."""
    held = _held("id", str(clinic_id))
    if held:
        return held
    row = _row_of(clinic_id)
    if row is None:
        raise NoSuchClinic(f"There is no clinic {clinic_id}.")
    return _keep("id", str(clinic_id), _view(row))


def all_clinics() -> list[ClinicSettings]:
    """Every clinic of the installation, by slug (maintenance role): for workers and the console, never for screens."""
    with connect(DatabaseRole.MAINTENANCE) as connection:
        return [_view(row) for row in connection.execute(_COLUMNS + " ORDER BY slug")]


def sites(clinic_id: UUID, *, with_closed: bool = False) -> list[SiteView]:
    """A clinic's places that are open, by name; `with_closed` those too that were."""
    with clinic_scope(clinic_id):
        found = Site.objects.filter(clinic_id=clinic_id).order_by("name")
        if not with_closed:
            found = found.filter(closed_at__isnull=True)
        return [SiteView(site.id, site.name, site.address, site.directions_url) for site in found]


def staff(clinic_id: UUID) -> list[StaffView]:
    """Who works at a clinic now, by name."""
    with clinic_scope(clinic_id):
        found = (
            Membership.objects.filter(clinic_id=clinic_id, until__isnull=True)
            .select_related("user")
            .defer("user__password")
            .order_by("user__name")
        )
        return [
            StaffView(m.user_id, m.user.name, m.user.email, m.user.language, ROLES[m.role])
            for m in found
            if m.role in ROLES
        ]


def people(clinic_id: UUID) -> list[PersonView]:
    """Who works at a clinic or did, by name: one query."""
    with clinic_scope(clinic_id):
        rows = Membership.objects.filter(clinic_id=clinic_id).select_related("user").defer("user__password")
        return [
            PersonView(
                user_id=row.user_id,
                name=row.user.name,
                email=row.user.email,
                language=row.user.language,
                role=ROLES[row.role],
                since=row.since,
                until=row.until,
                last_sign_in=row.user.last_login,
            )
            for row in rows.order_by("user__name", "-since")
            if row.role in ROLES
        ]


def role_of(*, clinic_id: UUID, user_id: UUID) -> Role | None:
    """The role in which a person works at a clinic now; None for everyone else."""
    with clinic_scope(clinic_id):
        codes = Membership.objects.filter(clinic_id=clinic_id, user_id=user_id, until__isnull=True)
        code = codes.values_list("role", flat=True).first()
    return ROLES.get(code) if code else None


def workplaces(user_id: UUID) -> list[Workplace]:
    """Where a person works now, and as what, in the order in which they came. Asked of the accounts' connection, since
    no clinic is known yet; one query."""
    rows = Membership.objects.using("accounts").filter(user_id=user_id, until__isnull=True).order_by("since", "id")
    return [Workplace(clinic, ROLES[role]) for clinic, role in rows.values_list("clinic_id", "role") if role in ROLES]


def forget_settings() -> None:
    """Reads every clinic anew next time."""
    global _known_codes
    with _cache_lock:
        _cache.clear()
        _known_codes = 0.0, {}


def _row_of(clinic_id: UUID) -> tuple[Any, ...] | None:
    statement: LiteralString = _COLUMNS + " WHERE id = %s"
    if current_clinic() in (None, clinic_id):
        with clinic_scope(clinic_id), plain_cursor() as cursor:
            return cursor.execute(statement, (clinic_id,)).fetchone()
    with connect(DatabaseRole.APP) as connection:  # inside another clinic's transaction
        connection.execute(SET_CLINIC, (str(clinic_id),))
        return connection.execute(statement, (clinic_id,)).fetchone()


def _view(row: tuple[Any, ...]) -> ClinicSettings:
    clinic_id, slug, code, name, zone, country, language, basis, opens, closes, phone, address, *more = row
    languages, week, idle_lock, repeat_guard, most_an_hour, emergency_number = more
    return ClinicSettings(
        id=clinic_id,
        slug=slug,
        short_code=code,
        name=name,
        time_zone=zone,
        country=country,
        default_language=language,
        care_basis=CareBasis(basis),
        quiet_hours=QuietHours(opens, closes),
        phone_shown=phone,
        address=address,
        languages=tuple(languages),
        opening_hours=USUAL_WEEK if week is None else _week(json.loads(week)),
        idle_lock=idle_lock,
        repeat_guard=repeat_guard,
        most_an_hour=most_an_hour,
        emergency_number=emergency_number,
    )


def _week(stored: list[list[list[str]]]) -> tuple[OpenDay, ...]:
    return tuple(
        tuple((time_of_day.fromisoformat(begins), time_of_day.fromisoformat(ends)) for begins, ends in day)
        for day in stored
    )


def _held(kind: str, key: str) -> ClinicSettings | None:
    with _cache_lock:
        held = _cache.get((kind, key))
    return held[1] if held and held[0] > time.monotonic() else None


def _keep(kind: str, key: str, view: ClinicSettings) -> ClinicSettings:
    _put((kind, key), view)
    return view


def _put(name: tuple[str, str], view: ClinicSettings | None) -> None:
    with _cache_lock:
        _cache[name] = (time.monotonic() + SETTINGS_LIVE.total_seconds(), view)
