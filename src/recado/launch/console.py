"""The command `recado`. Each command is a file in `launch/commands/`; only the one that is asked for is imported."""

import argparse
import ast
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, cast

import psycopg

from recado import __version__
from recado.foundation.crypto import KeyFileProblem
from recado.foundation.database import NoDatabase
from recado.launch import commands, lifeline
from recado.launch.errors import CannotRun

INTERNAL = "Internal:"
NO_ANSWER = "The database can't be reached. Check RECADO_DATABASE_URL, or start Recado with `recado up`; `recado doctor` looks closer."


class Command(Protocol):
    """What a file in `launch/commands/` offers."""

    NEEDS_DATABASE: bool
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the exit code: 0 done, 1 refused or broken, 2 called wrongly, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = overview()
    if not given or given[0] not in names():
        parser.parse_args(given or ["--help"])
        return 2
    command, parser = load(given[0])
    args = parser.parse_args(given[1:])
    lifeline.tie_to_parent()
    try:
        if command.NEEDS_DATABASE:
            prepare_database()
        return command.run(args)
    except (CannotRun, NoDatabase, KeyFileProblem) as refusal:
        return _refuse(str(refusal), as_json=getattr(args, "json", False))
    except psycopg.Error as error:
        if command.NEEDS_DATABASE and is_out_of_reach(error):
            return _refuse(NO_ANSWER, as_json=getattr(args, "json", False))
        raise
    except BrokenPipeError:  # `recado status | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def is_out_of_reach(error: psycopg.Error) -> bool:
    """True where no connection was made: nobody there, refused, or a URL that is none. Errors of statements have a code."""
    return error.sqlstate is None and isinstance(error, psycopg.OperationalError | psycopg.ProgrammingError)


def overview() -> argparse.ArgumentParser:
    """The parser behind `recado --help`: the list of commands."""
    parser = argparse.ArgumentParser(
        prog="recado",
        description="Open patient messaging. `recado up` starts everything; the other commands work beside it.",
        epilog="`recado COMMAND --help` says more. Every command takes --json.",
    )
    parser.add_argument("--version", action="version", version=f"recado {__version__}")
    listed = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in names():
        help_line = summary(name)
        if not help_line.startswith(INTERNAL):
            listed.add_parser(name, help=help_line, add_help=False)
    return parser


def names() -> list[str]:
    """All commands, in alphabetical order."""
    return sorted(_command_name(module.name) for module in pkgutil.iter_modules(commands.__path__))


def summary(name: str) -> str:
    """The first line of the command's docstring, read without importing the command."""
    file = Path(next(iter(commands.__path__))) / f"{_module_name(name)}.py"
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").partition("\n")[0]


def load(name: str) -> tuple[Command, argparse.ArgumentParser]:
    """The command's module and its parser, every leaf of which takes --json."""
    module = importlib.import_module(f"{commands.__name__}.{_module_name(name)}")
    parser = argparse.ArgumentParser(
        prog=f"recado {name}", description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command = cast(Command, module)
    command.add_arguments(parser)
    _add_json(parser)
    return command, parser


def prepare_database() -> None:
    """Sets Django up on the database of RECADO_DATABASE_URL, or of the product that runs on this data folder.

    Raises NoDatabase and KeyFileProblem, whose texts say what to do."""
    from recado.foundation import database

    database.owner_url()
    database.key_file()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()


def _add_json(parser: argparse.ArgumentParser) -> None:
    branches = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for branch in branches:
        for leaf in branch.choices.values():
            _add_json(leaf)
    if not branches and "--json" not in parser._option_string_actions:
        parser.add_argument("--json", action="store_true", help="answer in JSON")


def _refuse(sentence: str, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": sentence}, ensure_ascii=False))
    else:
        print(f"recado: {sentence}", file=sys.stderr)
    return 1


def _module_name(command: str) -> str:
    name = command.replace("-", "_")
    return f"{name}_" if name in ("import",) else name


def _command_name(module: str) -> str:
    return module.rstrip("_").replace("_", "-")


if __name__ == "__main__":
    sys.exit(main())
