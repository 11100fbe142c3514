"""Room on the disk of the data folder. Without it PostgreSQL takes nothing more, and no log can say why."""

import shutil
from pathlib import Path

LEAST = 50_000_000  # bytes: PostgreSQL alone writes files of 16 MB


def complaint(data: Path) -> str:
    """What to do about a disk that is as good as full; empty while there is room."""
    try:
        left = shutil.disk_usage(data).free
    except OSError:
        return ""
    if left >= LEAST:
        return ""
    return f"The disk of {data} is full ({left // 1_000_000} MB left): make room. What was taken in before is kept."
