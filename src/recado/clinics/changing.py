"""What changes a clinic's settings: any of them at a time, all or none."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from recado.clinics import checks
from recado.clinics.models import Clinic
from recado.clinics.queries import forget_settings
from recado.clinics.types import CareBasis, OpenDay, QuietHours
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.tenancy import clinic_scope


def change_settings(
    *,
    clinic_id: UUID,
    by: Actor,
    name: str | None = None,
    phone_shown: str | None = None,
    address: str | None = None,
    time_zone: str | None = None,
    country: str | None = None,
    default_language: str | None = None,
    languages: Sequence[str] | None = None,
    quiet_hours: QuietHours | None = None,
    care_basis: CareBasis | None = None,
    opening_hours: Sequence[OpenDay] | None = None,
    idle_lock: timedelta | None = None,
    repeat_guard: timedelta | None = None,
    most_an_hour: int | None = None,
    emergency_number: str | None = None,
) -> frozenset[str]:
    """Changes what is given and leaves the rest. Returns the columns that are different now; every process reads them
    within 2 s. Raises Refused."""
    wanted: dict[str, Any] = {
        "name": name.strip() if name is not None else None,
        "phone_shown": phone_shown.strip() if phone_shown is not None else None,
        "address": address.strip() if address is not None else None,
        "time_zone": time_zone,
        "country": country.upper() if country is not None else None,
        "default_language": default_language,
        "languages": sorted(set(languages)) if languages is not None else None,
        "care_basis": str(care_basis) if care_basis is not None else None,
        "opening_hours": _as_json(opening_hours) if opening_hours is not None else None,
        "idle_lock": idle_lock,
        "repeat_guard": repeat_guard,
        "most_an_hour": most_an_hour,
        "emergency_number": emergency_number.strip() if emergency_number is not None else None,
    }
    given = {column: value for column, value in wanted.items() if value is not None}
    if quiet_hours is not None:
        checks.quiet_hours(quiet_hours)
        given |= {"quiet_opens": quiet_hours.opens, "quiet_closes": quiet_hours.closes}
    if opening_hours is not None:
        checks.opening_hours(opening_hours)
    with clinic_scope(clinic_id):
        return _change(clinic_id, given, by)


def _change(clinic_id: UUID, given: Mapping[str, Any], by: Actor) -> frozenset[str]:
    clinic = Clinic.objects.select_for_update().get(id=clinic_id)
    _check({**clinic.__dict__, **given}, given)
    before = {column: getattr(clinic, column) for column in given if getattr(clinic, column) != given[column]}
    if not before:
        return frozenset()
    for column in before:
        setattr(clinic, column, given[column])
    clinic.save(update_fields=list(before))
    changed = {column: {"was": _plain(old), "is": _plain(given[column])} for column, old in before.items()}
    subject = f"clinic {clinic_id}"
    audit.record(clinic_id=clinic_id, by=by, action="clinics.change_settings", subject=subject, detail=changed)
    news.tell(clinic_id, news.Topic.SETTINGS)
    transaction.on_commit(forget_settings)
    return frozenset(before)


def _check(whole: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """`whole` is the clinic as it would be."""
    for column, check in _CHECKS.items():
        if column in given:
            check(given[column])
    for column in ("phone_shown", "address"):
        if column in given:
            checks.short(column, given[column])
    if {"languages", "default_language"} & given.keys():
        checks.languages(whole["languages"], whole["default_language"])


_CHECKS: Mapping[str, Callable[[Any], None]] = {
    "name": checks.name,
    "time_zone": checks.time_zone,
    "country": checks.country,
    "default_language": checks.language,
    "idle_lock": checks.idle_lock,
    "repeat_guard": checks.repeat_guard,
    "most_an_hour": checks.most_an_hour,
    "emergency_number": checks.emergency_number,
}


def _as_json(week: Sequence[OpenDay]) -> list[list[list[str]]]:
    return [[[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in day] for day in week]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | list) else str(value)
