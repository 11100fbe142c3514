"""A form of a journey as somebody left it: where it could not be saved, what was chosen and typed stands in it again. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from recado.web.journeys.forms import Choice


def step(shown: Mapping[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    """The form of a step (`forms.form_of`) with what was posted in it."""
    made = dict(shown)
    for name in ("at", "unit", "state", "template", "first", "task"):
        if name in shown:
            made[name] = _chosen(shown[name], posted.get(name, ""))
    for name in ("by", "percent", "about"):
        if name in shown:
            made[name] = posted.get(name, "")
    if "asks" in shown:
        made["asks"] = posted.get("asks") == "yes"
    if "answers" in shown:
        made["answers"] = [_chosen(one, posted.get(f"answer-{at}", "")) for at, one in enumerate(shown["answers"])]
    made["conditions"] = conditions(shown["conditions"], posted)
    if "arms" in shown:
        made["arms"] = [_arm(one, posted) for one in shown["arms"]]
    return made


def conditions(rows: Sequence[Mapping[str, Any]], posted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of conditions (`forms.condition_rows`) with what was posted in them."""
    return [
        {
            **row,
            "choices": _chosen(row["choices"], posted.get(row["name"], "")),
            "value": posted.get(row["value_name"], ""),
        }
        for row in rows
    ]


def spans(rows: Sequence[Mapping[str, Any]], posted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of `forms.span_rows` with what was posted in them."""
    return [
        {
            **row,
            "amount": posted.get(row["name"], ""),
            "unit": _chosen(row["unit"], posted.get(row["unit_name"], "")),
        }
        for row in rows
    ]


def _arm(shown: Mapping[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    number = shown["number"]
    return {
        **shown,
        "name": posted.get(f"arm-{number}", ""),
        "weight": posted.get(f"weight-{number}", ""),
        "conditions": conditions(shown["conditions"], posted),
    }


def _chosen(choices: Sequence[Choice], value: str) -> list[Choice]:
    return [(code, words, code == value) for code, words, _ in choices]
