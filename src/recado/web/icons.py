"""Bodies of the Lucide 1.62 icons in use (ISC licence: `LICENSE-Lucide-ISC.txt` beside this file).

Only what a template shows is kept in `icons.json`; a test finds an icon that nobody uses and a name that is missing.
`python -m tools.icons FOLDER NAME...` adds some from the folder of the npm package `lucide-static`.
"""

import json
from pathlib import Path

BODIES: dict[str, str] = json.loads(Path(__file__).with_name("icons.json").read_text("utf-8"))
