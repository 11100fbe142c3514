"""Ties this checkout to the environment that runs this file: `.venv/bin/python tools/environment.py`.

Writes a `.pth` file that puts src/ on the path and the console script `bin/recado`, and compiles the translations.
Why not `pip install -e .`: tools/setup.sh says it.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SCRIPT = """\
#!{python}
import sys

from recado.launch.console import main

sys.exit(main())
"""


def tie_to_checkout() -> None:
    """Makes `import recado` and the command `recado` work in this environment."""
    _write(Path(sysconfig.get_path("purelib")) / "recado.pth", f"{ROOT / 'src'}\n")
    script = Path(sysconfig.get_path("scripts")) / "recado"
    _write(script, SCRIPT.format(python=_shebang(script)))
    script.chmod(0o755)


def _shebang(script: Path) -> str:
    """The interpreter's path; the kernel splits it at blanks, so a path with blanks goes through the shell."""
    python = str(script.with_name("python"))
    if " " not in python and len(python) < 120:
        return python
    return f"/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''"


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tools.messages import compile_all

    tie_to_checkout()
    compile_all(ROOT / "src")
