"""The translations of the screens: `python -m tools.messages compile|update|check [src]`.

compile  writes the binary catalogue beside each .po file, where it is missing or older. By Babel, so that a fresh
         machine needs no gettext programs.
update   adds what the code and the templates say, and the catalogues don't know yet, with an empty translation.
check    fails if a text has no translation, a fuzzy one, or one whose placeholders differ from the original's.

Languages that only patients' pages speak (`PATIENTS_ONLY`) need the texts of those pages, and have no others.
"""

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CALLS = {"gettext", "gettext_lazy", "gettext_noop", "_"} | PLURAL | CONTEXT
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")

WRITTEN_IN = "en"  # a text without a translation is shown as it stands in the code

PATIENTS_ONLY = ("de", "it", "pt")  # no screen of staff is in them
PATIENTS_PAGES = "recado/patient/"  # their templates
EVERYBODYS = ("web/templates/404.html", "web/templates/500.html")  # what a broken link of a patient leads to, too

Key = tuple[str | None, str, str | None]  # context, text, plural text


def catalogues(src: Path) -> list[Path]:
    """Every .po file, in a stable order."""
    return sorted(src.rglob("locale/*/LC_MESSAGES/*.po"))


def compile_all(src: Path) -> int:
    """Writes the .mo files that are missing or stale. Returns how many."""
    written = 0
    for po in catalogues(src):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with mo.open("wb") as out:
            write_mo(out, _read(po))
        written += 1
    return written


def texts(src: Path) -> dict[Key, list[str]]:
    """What the code and the templates say to people, with the files that say it."""
    found: dict[Key, list[str]] = defaultdict(list)
    for path in sorted(src.rglob("*.py")):
        for key in _texts_in_python(path.read_text("utf-8")):
            found[key].append(str(path.relative_to(src)))
    for path in sorted([*src.rglob("templates/**/*.html"), *src.rglob("templates/**/*.txt")]):
        for key in _texts_in_template(path.read_text("utf-8")):
            found[key].append(str(path.relative_to(src)))
    return dict(found)


def _texts_in_python(source: str) -> Iterator[Key]:
    nodes = list(ast.walk(ast.parse(source)))
    imported = (one for node in nodes if isinstance(node, ast.ImportFrom) for one in node.names)
    called = {one.asname: one.name for one in imported if one.asname and one.name in CALLS}
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        name = called.get(name, name)
        if name not in CALLS:
            continue
        words = [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in CONTEXT and len(words) == 2:
            yield words[0], words[1], None
        elif name in PLURAL and len(words) == 2:
            yield None, words[0], words[1]
        elif words and name not in PLURAL | CONTEXT:
            yield None, words[0], None


def _texts_in_template(source: str) -> Iterator[Key]:
    """Through Django's own reading of {% translate %} and {% blocktranslate %}: it writes them out as calls."""
    from django.utils.translation.template import templatize

    string = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    for line in re.finditer(rf"\b(_|n?p?gettext)\(\s*{string}(?:,\s*{string})?", templatize(source)):
        name, *words = line.groups()
        literals = [ast.literal_eval(word) for word in words if word]
        if name == "pgettext":
            yield literals[0], literals[1], None
        elif name == "ngettext":
            yield None, literals[0], literals[1]
        else:
            yield None, literals[0], None


def said_to_patients(src: Path) -> dict[Key, list[str]]:
    """Those of `texts` that patients' pages say: their templates, the modules of `web` that show them, and what these take
    from beside them."""
    web = next(src.rglob("web/templates"), src / "web/templates").parent
    modules = {path.stem: path.read_text("utf-8") for path in web.glob("*.py")}
    reached = {name for name, source in modules.items() if PATIENTS_PAGES in source}
    reached |= {name for name, source in modules.items() if _taken(source) & reached and "@public(" in source}
    queue = list(reached)
    while queue:
        new = (_taken(modules[queue.pop()]) & modules.keys()) - reached
        reached |= new
        queue += new
    ours = {str((web / f"{name}.py").relative_to(src)) for name in reached - {"shell"}}

    def is_ours(place: str) -> bool:
        return place in ours or f"templates/{PATIENTS_PAGES}" in place or place.endswith(EVERYBODYS)

    return {key: its for key, places in texts(src).items() if (its := [one for one in places if is_ours(one)])}


def _taken(source: str) -> set[str]:
    """Which modules of `web` a source imports."""
    found = re.findall(r"^from recado\.web(?:\.(\w+))? import ([\w, ]+)", source, re.MULTILINE)
    return {name for module, names in found for name in ([module] if module else re.findall(r"\w+", names))}


def _wanted(src: Path, language: str) -> dict[Key, list[str]]:
    return said_to_patients(src) if language in PATIENTS_ONLY else texts(src)


def check(src: Path) -> list[str]:
    """Everything that is wrong with the catalogues, one sentence each."""
    wrong: list[str] = []
    for language, known in _by_language(src).items():
        for key, places in _wanted(src, language).items():
            message = known.get(key[:2])
            if message is None and language == WRITTEN_IN:
                continue
            fault = _fault(message, key)
            if fault:
                wrong.append(f"{language}: {fault}: {key[1]!r} ({places[0]})")
    return wrong


def _fault(message: Message | None, key: Key) -> str | None:
    if message is None:
        return "not in the catalogue"
    translations = [message.string] if isinstance(message.string, str) else list(message.string)
    if message.fuzzy or not all(translations):
        return "not translated" if not message.fuzzy else "fuzzy"
    allowed = set(PLACEHOLDER.findall(key[1])) | set(PLACEHOLDER.findall(key[2] or ""))
    if any(not set(PLACEHOLDER.findall(text)) <= allowed for text in translations):
        return "has a placeholder that the original has not"
    if key[2] is None and set(PLACEHOLDER.findall(translations[0])) != allowed:
        return "has lost a placeholder"
    return None


def _by_language(src: Path) -> dict[str, dict[tuple[str | None, str], Message]]:
    known: dict[str, dict[tuple[str | None, str], Message]] = defaultdict(dict)
    for po in catalogues(src):
        for message in _read(po):
            if message.id:
                singular = message.id if isinstance(message.id, str) else message.id[0]
                known[po.parent.parent.name][message.context, singular] = message
    return dict(known)


def update(src: Path) -> int:
    """Adds missing texts to each language's first catalogue, untranslated. Returns how many were added."""
    known, added = _by_language(src), 0
    firsts: dict[str, Path] = {}
    for po in catalogues(src):
        firsts.setdefault(po.parent.parent.name, po)
    firsts.pop(WRITTEN_IN, None)  # an empty text there would be no translation, and none is needed
    for language, po in firsts.items():
        missing = [key for key in _wanted(src, language) if key[:2] not in known[language]]
        if missing:
            catalogue = _read(po)
            for context, text, plural in missing:
                catalogue.add((text, plural) if plural else text, context=context)
            with po.open("wb") as out:
                write_po(out, catalogue, width=0, no_location=True, omit_header=False)
            added += len(missing)
    return added


def _read(po: Path) -> Catalog:
    with po.open("rb") as text:
        return read_po(text, locale=po.parent.parent.name, domain=po.stem, abort_invalid=True)


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["compile", "update", "check"])
    parser.add_argument("src", nargs="?", type=Path, default=Path(__file__).resolve().parent.parent / "src")
    given: Any = parser.parse_args(arguments)
    if given.what == "compile":
        print(f"{compile_all(given.src)} catalogues compiled")
    elif given.what == "update":
        print(f"{update(given.src)} texts added")
    else:
        wrong = check(given.src)
        print("\n".join(wrong) if wrong else f"{len(texts(given.src))} texts, all translated")
        return 1 if wrong else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
