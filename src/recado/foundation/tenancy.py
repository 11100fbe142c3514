"""One clinic at a time. The clinic is set for a transaction, and PostgreSQL shows and takes its rows only.

    with clinic_scope(clinic_id):
        Contact.objects.filter(clinic_id=clinic_id, ...)   # the explicit filter stays: row security is the net

Nothing is ever set on the session: the next user of a pooled connection would inherit it (docs/explain/security.md).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, LiteralString
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from recado.foundation import business_time
from recado.foundation.operations import AppendOnly, TenantKey, TenantReference
from recado.foundation.partitions import partition_months
from recado.foundation.policies import GLOBAL_TABLES, GlobalTable, secure

__all__ = [
    "GLOBAL_TABLES",
    "SET_CLINIC",
    "AppendOnly",
    "GlobalModel",
    "GlobalTable",
    "TenantKey",
    "TenantModel",
    "TenantReference",
    "WrongClinic",
    "capability",
    "clinic_scope",
    "current_clinic",
    "partition_months",
    "secure",
]

SET_CLINIC: LiteralString = "SELECT set_config('recado.clinic', %s, true)"
"""For plain connections, inside a transaction: `cursor.execute(SET_CLINIC, (str(clinic_id),))`."""


class WrongClinic(Exception):
    """Code working for one clinic tried to enter another inside the same transaction."""


class TenantModel(models.Model):
    """A row of one clinic. Declare `grants` beside the fields; `recado migrate` makes policies of them."""

    clinic_id = models.UUIDField()

    grants: ClassVar[Mapping[str, str]] = {}
    tenant_column: ClassVar[str] = "clinic_id"
    capability_column: ClassVar[str] = ""

    class Meta:
        abstract = True


class GlobalModel(models.Model):
    """A row of no clinic. `global_reason` says why that is right; a house test asks for it."""

    grants: ClassVar[Mapping[str, str]] = {}
    global_reason: ClassVar[str] = ""

    class Meta:
        abstract = True


_scopes: WeakKeyDictionary[BaseDatabaseWrapper, UUID] = WeakKeyDictionary()


def current_clinic(using: str = "default") -> UUID | None:
    """The clinic of the scope this thread is in, if any."""
    return _scopes.get(connections[using])


@contextmanager
def clinic_scope(clinic_id: UUID, *, using: str = "default") -> Iterator[None]:
    """A transaction that sees and writes the rows of one clinic. 30 us more than the transaction alone.

    Nested in the same clinic it is a savepoint. Raises WrongClinic inside another clinic's scope. Don't hold it open
    while a page streams or a carrier is called.
    """
    connection = connections[using]
    outer = _scopes.get(connection)
    if outer is not None and outer != clinic_id:
        raise WrongClinic("Finish the work for one clinic before entering another: their transactions can't be one.")
    with transaction.atomic(using=using):
        if outer is not None:
            yield
            return
        _set(connection, "recado.clinic", str(clinic_id))
        _scopes[connection] = clinic_id
        try:
            with business_time.asked_once():
                yield
        finally:
            _scopes.pop(connection, None)
        # In a larger transaction the setting would outlive us; otherwise it ends with our own. (After an error the
        # rollback takes it back, and no statement would be accepted here.)
        if connection.savepoint_ids and not connection.needs_rollback:
            _set(connection, "recado.clinic", "")


@contextmanager
def capability(value: bytes, *, using: str = "default") -> Iterator[None]:
    """A transaction in which rows may be read by who knows their token: `value` is what the row's
    `capability_column` holds (a digest), never the token itself."""
    connection = connections[using]
    with transaction.atomic(using=using):
        before = _get(connection, "recado.capability") if connection.savepoint_ids else ""
        _set(connection, "recado.capability", value.hex())
        yield
        if connection.savepoint_ids and not connection.needs_rollback:
            _set(connection, "recado.capability", before)


def _set(connection: BaseDatabaseWrapper, name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", (name, value))


def _get(connection: BaseDatabaseWrapper, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", (name,))
        row: tuple[Any, ...] | None = cursor.fetchone()
    return str(row[0]) if row else ""
