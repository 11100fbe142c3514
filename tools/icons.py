"""Adds Lucide icons: `python -m tools.icons FOLDER NAME...`, FOLDER being `icons` of the npm package lucide-static.

`python -m tools.icons --drop NAME...` takes some out.
"""

import json
import re
import sys
from pathlib import Path

KEPT = Path(__file__).resolve().parent.parent / "src/recado/web/icons.json"


def body_of(svg: str) -> str:
    """What stands between the tags, in one line."""
    found = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
    if not found:
        raise ValueError("That is no SVG file.")
    return re.sub(r"\s*/>", "/>", re.sub(r"\s+", " ", found[1]).strip()).replace("> <", "><")


def write(bodies: dict[str, str]) -> None:
    lines = [f"{json.dumps(name)}: {json.dumps(body)}" for name, body in sorted(bodies.items())]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def main(arguments: list[str]) -> None:
    kept: dict[str, str] = json.loads(KEPT.read_text("utf-8"))
    if arguments[0] == "--drop":
        write({name: body for name, body in kept.items() if name not in arguments[1:]})
        return
    for name in arguments[1:]:
        kept[name] = body_of((Path(arguments[0]) / f"{name}.svg").read_text("utf-8"))
    write(kept)


if __name__ == "__main__":
    main(sys.argv[1:])
