"""Every action that the product writes into the audit has its words."""

import ast
from collections.abc import Iterator
from pathlib import Path

from recado.appointments.types import ChangeKind
from recado.clinics.roles import ROLES, Permission
from recado.foundation import publishing
from recado.foundation.actors import ActorKind
from recado.foundation.audit_log import RESULTS
from recado.web import audit_words, role_words

SRC = Path(__file__).resolve().parents[2] / "src" / "recado"


def written() -> Iterator[str]:
    """`action="room.verb"` of any call, all verbs of a `Shelf`, the third of `AuditLine(...)`, and what `_note(request, ...)`, `act(thread, ...)`
    and constants called CHECK hand on."""
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            said = [word.value for word in node.keywords if word.arg == "action"]
            name = ast.unparse(node.func).rpartition(".")[2]
            if name == "AuditLine":
                said += node.args[2:3]
            if name in ("_note", "note", "_note_list", "_audit", "_keep"):
                said += node.args
            if name == "Shelf":
                yield from (f"{ast.literal_eval(node.args[2])}.{verb}" for verb in publishing.VERBS)
            if name == "act" and path.parent.name == "conversations":
                yield from (f"conversation.{one.value}" for one in node.args[1:2] if isinstance(one, ast.Constant))
            for one in said:
                yield from (
                    part.value
                    for part in ast.walk(one)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and is_code(part.value)
                )


def is_code(text: str) -> bool:
    room, dot, verb = text.partition(".")
    return bool(dot and verb) and f"{room}{verb}".replace("_", "").isalpha() and text.islower()


def test_every_action_has_its_words() -> None:
    codes = (
        set(written())
        | {f"appointment.{kind}" for kind in ChangeKind}
        | {f"consent.{kind}" for kind in kinds_of_consent()}
    )
    assert {"clinics.change_role", "conversation.reply", "message.put", "audit.export", "conversation.back"} <= codes
    assert codes - audit_words.ACTIONS.keys() == set()


def kinds_of_consent() -> set[str]:
    """What `consent.actions` proves: the second argument of `_prove`."""
    calls = [
        node
        for node in ast.walk(ast.parse((SRC / "consent/actions.py").read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]
    kinds = [call.args[1] for call in calls if ast.unparse(call.func) == "_prove"]
    return {kind.value for kind in kinds if isinstance(kind, ast.Constant)}


def test_every_group_result_and_actor_has_its_words() -> None:
    assert {code.partition(".")[0] for code in audit_words.ACTIONS} <= audit_words.GROUPS.keys()
    assert set(RESULTS) == audit_words.RESULTS.keys()
    assert {str(kind) for kind in ActorKind} == audit_words.ACTORS.keys()


def test_every_role_and_permission_has_its_words() -> None:
    assert ROLES.keys() == role_words.TITLES.keys() == role_words.ABOUT.keys()
    assert set(Permission) == role_words.PERMISSIONS.keys()


def test_an_unknown_action_is_shown_as_it_is_stored() -> None:
    assert audit_words.action("new_room.do_it") == "new room: do it"
