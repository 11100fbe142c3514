"""Migration operations that Django has no words for: keys and references that hold the clinic, tables that only grow.

Unique keys and foreign keys are checked past row-level security, so each must hold the clinic: otherwise one clinic
could find out by trial, or link to, what another has (docs/explain/security.md). In a migration:

    operations = [
        migrations.CreateModel("Visit", ...),
        TenantKey("visits_visit"),
        TenantReference("visits_visit", "contact_id", "contacts_contact"),
    ]

On the model the column is a `ForeignKey(..., db_constraint=False)`, so that Django makes no constraint of its own.
"""

from typing import Any, Literal

from django.db.migrations.operations import RunSQL

OnDelete = Literal["NO ACTION", "RESTRICT", "CASCADE", "SET NULL"]

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION recado_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""


class _Statement(RunSQL):
    """RunSQL that also says what it is in the list of a migration's steps."""

    said = ""

    def describe(self) -> str:
        return self.said

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "RunSQL", [], {"sql": self.sql, "reverse_sql": self.reverse_sql}


class TenantKey(_Statement):
    """Turns the primary key (id) into (clinic_id, id): one index in place of two, and no probing of ids."""

    def __init__(self, table: str, column: str = "id") -> None:
        self.said = f"Key of {table} holds the clinic"
        super().__init__(
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey", ADD PRIMARY KEY (clinic_id, "{column}")',
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey", ADD PRIMARY KEY ("{column}")',
        )


class TenantReference(_Statement):
    """Foreign key (clinic_id, column) to target (clinic_id, id): a row can only point at its own clinic's."""

    def __init__(self, table: str, column: str, target: str, *, on_delete: OnDelete = "NO ACTION") -> None:
        self.said = f"{table}.{column} points at {target} of the same clinic"
        name = f"{table}_{column}_of_clinic"
        action = f'SET NULL ("{column}")' if on_delete == "SET NULL" else on_delete
        super().__init__(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (clinic_id, "{column}") '
            f'REFERENCES "{target}" (clinic_id, id) ON DELETE {action}',
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
        )


class AppendOnly(_Statement):
    """A second net below the grants: UPDATE, DELETE and TRUNCATE are refused to everyone, the owner too."""

    def __init__(self, table: str) -> None:
        self.said = f"{table} only grows"
        super().__init__(
            f'CREATE TRIGGER recado_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION recado_refuse_change()",
            f'DROP TRIGGER recado_only_grows ON "{table}"',
        )


class RemovableIf(_Statement):
    """An append-only table from which rows that fulfil a condition (of `OLD`) may go all the same; none is changed."""

    def __init__(self, table: str, condition: str) -> None:
        self.said = f"{table} only grows, but for rows where {condition}"
        super().__init__(
            f'DROP TRIGGER recado_only_grows ON "{table}"; '
            f'CREATE TRIGGER recado_only_grows BEFORE UPDATE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION recado_refuse_change(); "
            f'CREATE TRIGGER recado_stays BEFORE DELETE ON "{table}" '
            f"FOR EACH ROW WHEN (NOT ({condition})) EXECUTE FUNCTION recado_refuse_change()",
            f'DROP TRIGGER recado_stays ON "{table}"; DROP TRIGGER recado_only_grows ON "{table}"; '
            f'CREATE TRIGGER recado_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION recado_refuse_change()",
        )
