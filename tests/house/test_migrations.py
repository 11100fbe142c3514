"""An index on a table that may be large is made while people work: concurrently, in a migration of its own.

`AddIndexConcurrently` (django.contrib.postgres.operations) in a migration with `atomic = False`: `AddIndex` would lock out
whoever writes until the whole table is read.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).parents[2] / "src/recado"
LOCKS_OUT = {"AddIndex", "AddConstraint"}
BEFORE_ANY_RELEASE = {  # no installation had a large table yet: nothing is added here
    "appointments/0005_brought_of_run",
    "clinics/0004_settings",
    "consent/0003_ledger_of_patient",
    "contacts/0003_found_by_more",
    "contacts/0004_by_patient",
    "conversations/0006_by_patient",
    "conversations/0007_presence_of_a_tab",
    "csv_files/0003_taken_back_in_pieces",
    "journeys/0003_by_patient",
    "messaging/0004_preferred_number",
    "messaging/0008_by_patient",
    "tasks/0004_by_patient",
}


def migrations() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(SRC.glob("**/migrations/0*.py")):
        yield f"{file.parent.parent.name}/{file.stem}", ast.parse(file.read_text("utf-8"))


def locked_out(tree: ast.AST) -> set[str]:
    """Models that stood before this migration and that it locks for as long as it reads them. What is only told to Django
    (`state_operations`) locks nothing."""
    made, locked = set(), set()
    told = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "state_operations"
        for inner in ast.walk(node)
    }
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and id(node) not in told):
        kind = ast.unparse(call.func).rpartition(".")[2]
        names = {word.arg: ast.unparse(word.value).strip("'\"").lower() for word in call.keywords}
        if kind == "CreateModel":
            made.add(names["name"])
        elif kind in LOCKS_OUT:
            locked.add(names["model_name"])
    return locked - made


def test_index_on_a_table_that_stood_is_made_concurrently() -> None:
    assert {name for name, tree in migrations() if locked_out(tree)} - BEFORE_ANY_RELEASE == set()


def test_an_index_that_locks_is_seen_and_one_of_a_new_table_is_none() -> None:
    index = "migrations.AddIndex(model_name='reading', index=None)"
    assert locked_out(ast.parse(f"operations = [{index}]")) == {"reading"}
    assert locked_out(ast.parse(f"operations = [migrations.CreateModel(name='Reading', fields=[]), {index}]")) == set()
    assert locked_out(ast.parse("operations = [AddIndexConcurrently('reading', None)]")) == set()
