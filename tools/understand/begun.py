"""The encoder as it stood at one commit, from which it was trained further: so that the same texts make the same file again."""

import subprocess
from pathlib import Path

from recado.conversations.understanding import encoder

BEFORE_SUMS = "7bad4d0d25ed7fd03e12a3bd408a0650ccedbdff~1"
AFTER_SUMS = "7bad4d0d25ed7fd03e12a3bd408a0650ccedbdff"
_ROOT = Path(__file__).resolve().parents[2]


def begun(commit: str) -> encoder.Encoder:
    """Read from the history of the repository. Raises CalledProcessError where that is not there."""
    name = f"{commit}:src/recado/conversations/understanding/{encoder.FILE}"
    return encoder.Encoder(subprocess.run(["git", "show", name], cwd=_ROOT, check=True, capture_output=True).stdout)
