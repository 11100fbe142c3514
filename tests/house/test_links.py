"""Every relative link between our pages leads somewhere, to the heading too."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = {"node_modules", "site-packages"}
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?\)")


def pages() -> list[Path]:
    found = (path for path in ROOT.rglob("*.md") if not FOREIGN & set(path.parts))
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(ROOT).parts))


def prose(page: Path) -> str:
    """The page without its code, where brackets mean something else."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)


@lru_cache
def headings(page: Path) -> frozenset[str]:
    """The headings as links spell them: small letters, hyphens for spaces, no other signs."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    found = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found)


def dead_links() -> Iterator[str]:
    for page in pages():
        for link in LINK.findall(prose(page)):
            place, _, heading = link.partition("#")
            if re.match(r"[a-z]+:", place):
                continue
            target = (page.parent / place).resolve() if place else page
            is_there = target.exists() and target.is_relative_to(ROOT)
            if not is_there or (heading and target.suffix == ".md" and heading not in headings(target)):
                yield f"{page.relative_to(ROOT)}: {link}"


def test_relative_links_resolve() -> None:
    assert len(pages()) > 20
    assert list(dead_links()) == []


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    index = ROOT / "docs/README.md"
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(prose(index))}
    assert [str(page.relative_to(ROOT)) for page in pages() if page.is_relative_to(index.parent)] == sorted(
        str(page.relative_to(ROOT))
        for page in listed | {index}
        if page.is_relative_to(index.parent) and page.suffix == ".md"
    )
