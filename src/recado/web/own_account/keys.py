"""Single keys as somebody wants them: what each does, its usual key, and one of their own or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ACTIONS: dict[str, Promise] = {
    "r": gettext_lazy("Reply, or write"),
    "n": gettext_lazy("Private note"),
    "u": gettext_lazy("Use the suggested answer"),
    "e": gettext_lazy("Done, or change"),
    "s": gettext_lazy("Snooze"),
    "a": gettext_lazy("Assign"),
    "i": gettext_lazy("Assign to me"),
    "c": gettext_lazy("Confirm, call list, or copy"),
    "m": gettext_lazy("Move the visit"),
    "x": gettext_lazy("Select"),
    "z": gettext_lazy("Undo"),
}
"""By the usual key, which is how pages name the action (data-key)."""

KEPT: dict[str, Promise] = {
    "j": gettext_lazy("Next row"),
    "k": gettext_lazy("Previous row"),
    "g": gettext_lazy("Go to a page"),
    "/": gettext_lazy("Search"),
    "?": gettext_lazy("Keys"),
    "[": gettext_lazy("The day before"),
    "]": gettext_lazy("The day after"),
}


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One line of the table. `key` "" : switched off."""

    usual: str
    name: str
    key: str
    fault: str = ""

    @property
    def is_changed(self) -> bool:
        return self.key != self.usual


def rows(keys: Mapping[str, Any] | None) -> list[KeyRow]:
    changed = (keys or {}).get("changed") or {}
    return [KeyRow(usual, str(name), changed.get(usual, usual)) for usual, name in ACTIONS.items()]


def read(wanted: Mapping[str, str]) -> list[KeyRow]:
    """What was typed, with what is wrong at each line."""
    typed = {usual: wanted.get(f"key-{usual}", usual).strip().lower()[:8] for usual in ACTIONS}
    return [KeyRow(usual, str(name), typed[usual], _fault(usual, typed)) for usual, name in ACTIONS.items()]


def _fault(usual: str, typed: Mapping[str, str]) -> str:
    key = typed[usual]
    if not key:
        return ""
    if len(key) > 1 or not key.isprintable():
        return _("One letter, digit or sign; or nothing, to switch it off.")
    if key in KEPT:
        return _("%(key)s is used for %(what)s.") % {"key": key.upper(), "what": KEPT[key]}
    other = next((one for one, its in typed.items() if one != usual and its == key), None)
    if other:
        return _("%(key)s is used for %(what)s.") % {"key": key.upper(), "what": ACTIONS[other]}
    return ""


def kept(keys: Mapping[str, Any] | None, found: list[KeyRow]) -> dict[str, Any]:
    """What the account keeps of it; whether keys are off at all stays as it was."""
    changed = {row.usual: row.key for row in found if row.is_changed}
    is_off = {"off": True} if (keys or {}).get("off") else {}
    return is_off | ({"changed": changed} if changed else {})
