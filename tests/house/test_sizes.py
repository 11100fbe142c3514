"""Files up to 400 lines, functions up to 60, and names that say something."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for path in sorted((ROOT / "src").rglob("*.py")) if "migrations" not in path.parts]
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
SAYS_NOTHING = {"utils", "util", "helpers", "common", "manager", "managers", "base", "data", "info", "misc"}


def functions() -> Iterator[tuple[str, int]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno
                yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert len(lengths) > 20
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = list(functions())
    assert len(lengths) > 100
    assert [(name, lines) for name, lines in lengths if lines > LONGEST_FUNCTION] == []
    ordered = sorted(lines for _, lines in lengths)
    assert ordered[len(ordered) // 2] <= 10, "the median function has become long"
    assert ordered[len(ordered) * 9 // 10] <= 25, "the 90th percentile of functions has become long"


def test_modules_have_telling_names() -> None:
    named = [str(path.relative_to(ROOT)) for path in SOURCES if path.stem in SAYS_NOTHING]
    assert named == ["src/recado/foundation/postgresql/base.py"], "by this name Django finds an engine"
