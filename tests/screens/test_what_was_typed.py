"""A form that is refused (422) shows again what was typed, without script: every form of every page is filled with nonsense.

Not kept: passwords, codes, files, and what a page never shows twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.test import Client

from recado.clinics.roles import ROLES
from tests import staff
from tests.house.test_urls import ALL
from tests.screens.test_roles import Foreign, filled, parameters

pytestmark = pytest.mark.usefixtures("database")

WRITES = ("text", "url", "email", "tel", "number", "date", "time", "datetime-local", "search")
NONSENSE = "9 Zz é%"
LEAVES = ("/sign-out", "/sign-in")  # the session ends there


@dataclass
class Control:
    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    longest: int = 0


@dataclass
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)


class Reader(HTMLParser):
    """The forms of a page, with what stands in them."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.forms, self.by_id = path, [], {}  # type: ignore[var-annotated]
        self._form: Form | None = None
        self._select: Control | None = None
        self._area: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(urljoin(self.path, given.get("action", self.path)), given.get("method", "get").lower())
            self.forms.append(self._form)
            self.by_id[given.get("id")] = self._form
        form = self.by_id.get(given["form"]) if "form" in given else self._form
        if form is None or (tag != "option" and ("disabled" in given or "readonly" in given)):
            return
        if tag == "input" and "name" in given:
            kind = given.get("type", "text")
            is_on = "checked" in given
            longest = int(given.get("maxlength") or 0)
            value = given.get("value", "on" if kind == "checkbox" else "")
            form.controls.append(Control(given["name"], kind, value, [], [value] if is_on else [], longest))
        elif tag == "textarea" and "name" in given:
            kind = "password" if "data-secret" in given else "textarea"
            self._area = Control(given["name"], kind, longest=int(given.get("maxlength") or 0))
            form.controls.append(self._area)
        elif tag == "select" and "name" in given:
            self._select = Control(given["name"], "select")
            form.controls.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given:
                self._select.chosen.append(given.get("value", ""))
        elif tag == "button" and given.get("type", "submit") == "submit" and given.get("name"):
            form.controls.append(Control(given["name"], "button", given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data


def forms_of(path: str, html: str) -> list[Form]:
    reader = Reader(path)
    reader.feed(html)
    return [form for form in reader.forms if form.method == "post"]


def nonsense(form: Form) -> dict[str, list[str]]:
    """What somebody types who gets it wrong everywhere."""
    sent: dict[str, list[str]] = {}
    for one in form.controls:
        if one.kind == "hidden":
            sent.setdefault(one.name, []).append(one.value)
        elif one.kind in WRITES or one.kind == "textarea":
            sent.setdefault(one.name, []).append(NONSENSE[: one.longest or None])
        elif one.kind == "checkbox":
            sent.setdefault(one.name, []).append(one.value)
        elif one.kind == "radio":
            sent[one.name] = [one.value]  # the last
        elif one.kind == "select" and any(one.options):
            sent.setdefault(one.name, []).append(next(option for option in reversed(one.options) if option))
    for one in form.controls:
        if one.kind == "button" and one.name not in sent:
            sent[one.name] = [one.value]
    return sent


def lost(sent: dict[str, list[str]], shown: list[Form], action: str) -> Iterator[str]:
    """Names of the fields that do not show what was sent."""
    controls = [one for form in shown if urldefrag(form.action)[0] == action for one in form.controls]
    for name, values in sent.items():
        ours = [one for one in controls if one.name == name]
        for one in ours:
            if one.kind in WRITES or one.kind == "textarea":
                if one.value.strip() not in [value.strip() for value in values]:
                    yield name
            elif one.kind in ("checkbox", "radio"):
                if (one.value in values) is not bool(one.chosen):
                    yield name
            elif one.kind == "select" and any(one.options) and not set(one.chosen) & set(values):
                yield name


class Ours(Foreign):
    """A clinic with most of what an address may name, all of it real: its pages are read here."""

    def _planted(self) -> Iterator[tuple[str, Any]]:
        yield from (("step_key", "question"), ("number", 1))


KEYS = ("appointment", "visit_question", "visit")  # of a journey, a text, a survey


def pages(client: Client, ids: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for route, _view in ALL:
        names = parameters(route)
        if route.startswith(LEAVES) or not names.keys() <= ids.keys() | {"key"}:
            continue
        for key in KEYS if "key" in names else ("",):
            path = filled(route, ids | {"key": key})
            for query in ("", "?step=question") if key == "appointment" else ("",):
                response = client.get(path + query)
                if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                    yield path, response.content.decode()


def test_what_was_typed_stands_in_the_form_again_when_it_is_refused() -> None:
    ours = Ours()
    client = staff.desk(ours.clinic.id, ROLES["administrator"])
    found: dict[str, set[str]] = {}
    tried: set[tuple[str, tuple[str, ...]]] = set()
    for path, html in pages(client, ours.ids):
        for form in forms_of(path, html):
            action, sent = urldefrag(form.action)[0], nonsense(form)
            which = action, tuple(sorted(sent))
            if (
                which in tried
                or action.startswith(LEAVES)
                or not any(c.kind not in ("hidden", "button") for c in form.controls)
            ):
                continue
            tried.add(which)
            response = client.post(action, sent)
            if response.status_code == 422:
                shown = forms_of(action, response.content.decode())
                found.setdefault(action, set()).update(lost(sent, shown, action))
    assert len(tried) > 20
    assert len(found) > 15, "so many forms were refused"
    assert {action: names for action, names in found.items() if names} == {}
