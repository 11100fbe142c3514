"""`id__in` for many ids at once."""

from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import UUIDField
from django.db.models.lookups import In


@UUIDField.register_lookup
class AmongIds(In):
    """As Django's `in`, with one array instead of a parameter for each id: a thousand of those take 8 ms to be put into a statement.
    Of ids themselves (`id__in`, `patient_id__in` of a plain field); a foreign key keeps Django's."""

    def get_prep_lookup(self) -> Any:
        """The values as the field wants them."""
        return list(self.rhs) if _are_ids(self.rhs) else super().get_prep_lookup()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Raises EmptyResultSet where nothing is looked for."""
        if not _are_ids(self.rhs):
            return super().as_sql(compiler, connection)
        if not self.rhs:
            raise EmptyResultSet
        column, given = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::uuid[])", [*given, f"{{{','.join(map(str, self.rhs))}}}"]


def _are_ids(values: object) -> bool:
    return isinstance(values, list | tuple | set | frozenset) and all(type(value) is UUID for value in values)
