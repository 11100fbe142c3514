"""Writes docs/reference/{commands,settings,countries,api,journeys}.md from the code: `python -m tools.reference [--check]`."""

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from recado.launch import console  # noqa: E402
from recado.launch.environment import SETTINGS  # noqa: E402
from tools.api_page import api_page  # noqa: E402
from tools.country_page import countries_page  # noqa: E402
from tools.journey_page import journeys_page  # noqa: E402

FOLDER = ROOT / "docs" / "reference"
INTRODUCTION = (
    "Every command takes `--json`. Exit codes: 0 done, 1 refused or broken, 2 called wrongly, 130 interrupted.\n"
)
HEAD = "<!-- Written by `make docs` from the code. Change it there. -->\n"


def pages() -> dict[Path, str]:
    """Each page's place and text."""
    return {
        FOLDER / "commands.md": commands_page(),
        FOLDER / "settings.md": settings_page(),
        FOLDER / "countries.md": _tidy(HEAD + "\n" + countries_page()),
        FOLDER / "api.md": _tidy(HEAD + "\n" + api_page()),
        FOLDER / "journeys.md": _tidy(HEAD + "\n" + journeys_page()),
    }


def commands_page() -> str:
    """Every command with its arguments; those that `recado up` starts by itself at the end."""
    internal = [name for name in console.names() if console.summary(name).startswith(console.INTERNAL)]
    shown = [name for name in console.names() if name not in internal]
    lines = [HEAD, "# Commands\n", INTRODUCTION]
    lines += [f"- [`recado {name}`](#recado-{name}): {console.summary(name)}" for name in shown]
    for name in shown:
        lines += ["", *_described(console.load(name)[1], 2)]
    lines.append("\n## Started by other commands\n")
    lines += [f"- `recado {name}`: {console.summary(name).removeprefix(console.INTERNAL).strip()}" for name in internal]
    return _tidy("\n".join(lines))


def _described(parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    """Our own rendering: argparse's differs from one Python to the next."""
    yield f"{'#' * level} {parser.prog}\n"
    if parser.description:
        yield f"{textwrap.dedent(parser.description).strip()}\n"
    branches: list[argparse.ArgumentParser] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            branches += action.choices.values()
        elif not isinstance(action, argparse._HelpAction) and action.help != argparse.SUPPRESS:
            yield f"- {_spelling(action)}: {_explained(action)}"
    for branch in branches:
        yield ""
        yield from _described(branch, level + 1)


def _spelling(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{action.metavar or action.dest.upper()}`"
    value = "" if action.nargs == 0 else f" {action.metavar or _choices(action) or action.dest.upper()}"
    return ", ".join(f"`{option}{value}`" for option in action.option_strings)


def _choices(action: argparse.Action) -> str:
    return "|".join(map(str, action.choices)) if action.choices else ""


def _explained(action: argparse.Action) -> str:
    needed = " (needed)" if action.required and action.option_strings else ""
    return (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%") + needed


def settings_page() -> str:
    """The environment variables."""
    lines = [HEAD, "# Settings\n", "Environment variables; none is needed for a first run.\n"]
    for setting in SETTINGS:
        lines += [f"## `{setting.name}`\n", f"{setting.meaning}\n", f"Default: {setting.default}\n"]
    return _tidy("\n".join(lines))


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def main() -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is behind the code")
    check = parser.parse_args().check
    behind = [page for page, text in pages().items() if not page.exists() or page.read_text("utf-8") != text]
    for page in behind:
        if check:
            print(f"{page.relative_to(ROOT)} is behind the code: run `make docs`")
        else:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(pages()[page], "utf-8")
            print(f"{page.relative_to(ROOT)} written")
    return 1 if check and behind else 0


if __name__ == "__main__":
    sys.exit(main())
