"""Plays scenes of the gallery on the simulated phones, everybody at once: what is due on the way is waited for once, however many
people it concerns."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from html import unescape
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from recado.appointments import wordings as of_visits
from recado.care_events import wordings as of_care
from recado.care_events.kinds import DETAIL_OF
from recado.surveys import wordings as of_surveys
from recado.surveys.catalogue import READY as SURVEYS
from tests.patterns import as_pattern
from tests.phones import CLINIC, HEADER, Demo, link_in
from tests.stories.gallery_scenes import AT, EVENING, LAST_DAY, MORNING, NOON, Days, Scene

LANGUAGES = ("en", "fr", "nl", "pl", "es", "id", "de", "it", "pt")
SOONER = (
    "sooner",
    "plus tôt",
    "eerder",
    "wcześniej",
    "más pronto",
    "lebih cepat",
    "früher",
    "prima possibile",
    "mais cedo",
)
YES = ("Yes", "Oui", "Ja", "Tak", "Sí", "Ya", "Ja", "Sì", "Sim")
NO = ("No", "Non", "Nee", "Nie", "No", "Tidak", "Nein", "No", "Não")
WORDINGS = {**of_visits.WORDINGS, **of_care.WORDINGS, **of_surveys.WORDINGS}
QUESTIONS = {question.key: question for survey in SURVEYS for question in survey.questions}
PATTERNS = {(key, spoken): as_pattern(text) for key, texts in WORDINGS.items() for spoken, text in texts.items()}
NUMBERS = (
    *range(100),
    *range(200, 300),
    *range(330, 410),
    *range(760, 1000),
)  # 07700 900..., which the demo leaves free
WORDS = {
    "en": "Everything was explained calmly.",
    "fr": "Tout a été expliqué calmement.",
    "nl": "Alles werd rustig uitgelegd.",
    "pl": "Wszystko spokojnie wyjaśniono.",
    "es": "Lo explicaron todo con calma.",
    "id": "Semuanya dijelaskan dengan tenang.",
    "de": "Alles wurde in Ruhe erklärt.",
    "it": "Hanno spiegato tutto con calma.",
    "pt": "Explicaram tudo com calma.",
}
FORM_ASKS = {
    "en": "Which allergies do you have?",
    "fr": "Quelles allergies avez-vous ?",
    "nl": "Welke allergieën hebt u?",
    "pl": "Jakie ma Pani/Pan alergie?",
    "es": "¿Qué alergias tiene?",
    "id": "Alergi apa yang Anda miliki?",
    "de": "Welche Allergien haben Sie?",
    "it": "Quali allergie ha?",
    "pt": "Que alergias tem?",
}
FIELDS = sorted({one.name for made in DETAIL_OF.values() for one in fields(made)})


OWN_WORDS = {
    "words": WORDS,
    **{
        name: dict(zip(LANGUAGES, words, strict=True)) for name, words in (("sooner", SOONER), ("yes", YES), ("no", NO))
    },
}


@dataclass
class Part:
    """One person in one scene. `heard`: the texts and answers of the script that are on the phone; `pages`: those filled in."""

    scene: Scene
    language: str
    number: int
    heard: int = 0
    pages: int = 0
    seen: int = -1

    @property
    def phone(self) -> str:
        return f"+447700900{NUMBERS[self.number]:03}"

    @property
    def name(self) -> str:
        return f"G-{self.number}"

    @property
    def script(self) -> list[str]:
        return self.scene.says.split()

    @property
    def next(self) -> str:
        """What comes next; empty: nothing that we know of."""
        at = self.heard + self.pages
        return self.script[at] if at < len(self.script) else ""


def cast(scenes: Iterable[Scene], first: int = 0) -> list[Part]:
    """Each scene in each language, numbered from `first`: each number has a phone of its own."""
    parts = ((scene, language) for scene in scenes for language in LANGUAGES)
    return [Part(*part, number) for number, part in enumerate(parts, first)]


class Patient:
    """The browser of a phone, without script."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, sent: Mapping[str, str] | None = None) -> str:
        """The page's HTML; `sent`: a form's fields."""
        body = urlencode(sent).encode() if sent is not None else None
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"} if body else {}
        with self._opener.open(Request(self._url + path, body, headers), timeout=60) as answer:
            page: str = answer.read().decode()
        return page

    def send(self, page: str, typed: Mapping[str, str]) -> str:
        """Sends the page's form."""
        action = re.search(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert action is not None, page
        assert token is not None, page
        return self.open(unescape(action[1]), {"csrfmiddlewaretoken": token[1], **typed})


class Play:
    """The story: its days, who is in it, and what they wrote."""

    def __init__(self, demo: Demo, parts: list[Part], days: Days, now: datetime) -> None:
        self.demo, self.parts, self.days, self.now = demo, parts, days, now
        self.wrote: Counter[str] = Counter()

    # -------------------------------------------------------------------------------- what sources say

    def tell(self, told: Iterable[tuple[Part, Mapping[str, str]]]) -> None:
        """Brings in what sources say of these."""
        rows = list(told)
        events = [row for row in rows if row[0].scene.kind not in ("visit", "our_form")]
        visits = [row for row in rows if row[0].scene.kind == "visit"]
        if events:
            said = self._events(events)
            assert (said["left_out"], said["troubles"]) == (0, []), said
            assert said["new"] + said["changed"] == len(events), said
        if visits:
            said = self._visits(visits)
            assert sum(said[how] for how in ("new", "moved", "cancelled", "changed")) == len(visits), said

    def _events(self, told: list[tuple[Part, Mapping[str, str]]]) -> dict[str, Any]:
        file = self.demo.product.folder / "events.csv"
        out = io.StringIO(newline="")
        writer = csv.DictWriter(
            out, ["kind", "external_id", "state", "record_number", "name", "phone", "language", *FIELDS]
        )
        writer.writeheader()
        for part, its in told:
            person = {"record_number": part.name, "name": f"Guest {part.number}", "phone": part.phone}
            writer.writerow(
                {"kind": part.scene.kind, "external_id": part.name, "language": part.language, **person, **its}
            )
        file.write_text(out.getvalue(), encoding="utf-8", newline="")
        done = self.demo.product.run(
            *("import", "events", str(file), "--clinic", CLINIC, "--source", "story", "--announce", "all", "--json")
        )
        assert done.stdout, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def _visits(self, told: list[tuple[Part, Mapping[str, str]]]) -> dict[str, Any]:
        header = (*HEADER, "Status")
        rows = [(*who(part), its["day"], AT, its["clinician"], its["status"]) for part, its in told]
        return self.demo.bring_in(*rows, header=header, announce="all")

    def whole(self, part: Part, change: Mapping[str, str]) -> Mapping[str, str]:
        """A source tells the whole row anew."""
        return {**part.scene.fields(self.days), **change}

    # -------------------------------------------------------------------------------- the days

    def play(self, *, until: int = LAST_DAY, each: Mapping[tuple[int, str], Any] | None = None) -> None:
        """Day by day. `each`: what else is done on a day, at an hour."""
        for day in range(until + 1):
            for clock in (MORNING, NOON, EVENING):
                moment = self.days.moment(day, clock)
                if moment <= self.now:
                    continue
                if day > 16 and clock != EVENING:
                    continue  # nobody answers any more
                self.go_to(moment)
                self.answer()
                cues = [
                    (part, self.whole(part, change(self.days)))
                    for part in self.parts
                    for when, hour, change in part.scene.then
                    if (when, hour) == (day, clock)
                ]
                if cues:
                    self.tell(cues)
                if each and (day, clock) in each:
                    each[day, clock]()

    def go_to(self, moment: datetime) -> None:
        came = self.demo.post("/handset/clock", {"advance_seconds": 1})
        seconds = int((moment - datetime.fromisoformat(came["now"])).total_seconds())
        if seconds > 0:
            self.demo.wait(seconds)
        self.now = moment

    def answer(self) -> None:
        """Everybody who was asked answers, until nobody has more to say."""
        for _ in range(12):
            turns = [self._turn(part) for part in self._with_news()]
            if not any(turns):
                return
            self.demo.wait(1)
        raise AssertionError("they talk without end")

    def _with_news(self) -> list[Part]:
        phones = {number: one["unread"] for number, one in self.demo.phones().items()}
        found = [part for part in self.parts if part.seen != phones.get(part.phone, 0)]
        for part in found:
            part.seen = phones.get(part.phone, 0)
        return found

    def _turn(self, part: Part) -> bool:
        texts = self.demo.messages(part.phone)
        part.heard = len(texts)
        step = part.next
        if step.startswith("@") and texts:
            part.pages += 1
            self.fill_in(part, texts[-1]["text"], step[1:])
            self.wrote[part.language] += 1
        if step.startswith(">"):
            said = OWN_WORDS.get(step[1:], {}).get(part.language, step[1:])
            self.demo.post(f"/handset/{part.phone.replace('+', '%2B')}/reply", {"text": said})
            self.wrote[part.language] += 1
            part.seen = -1
        return step[:1] in (">", "@")

    # -------------------------------------------------------------------------------- pages

    def fill_in(self, part: Part, text: str, what: str) -> None:
        phone = Patient(self.demo.product.url)
        page = phone.open(link_in(text))
        assert f'<html lang="{part.language}"' in page, page[:300]
        if what == "form":
            assert unescape(page).count(f'lang="{part.language}" dir="ltr">{FORM_ASKS[part.language]}') == 1, page
            page = phone.send(page, {"q1": WORDS[part.language], "q2": "2"})
            assert "again=1" in page, "the page that thanks"
            return
        for answer in what.split(","):
            key, _, value = answer.partition("=")
            assert f'name="question" value="{key}"' in page, (part.scene.says, key, page)
            assert QUESTIONS[key].says[part.language].text in unescape(page)
            field = {"words": WORDS[part.language]} if value == "words" else {"value": value}
            page = phone.send(page, {"question": key, **field})
        assert "pt-ok" in page, page

    # -------------------------------------------------------------------------------- what came of it

    def wrong(self) -> list[str]:
        """What the phones show other than the script says."""
        return [fault for part in self.parts if (fault := self._fault(part))]

    def _fault(self, part: Part) -> str:
        texts = self.demo.messages(part.phone)
        script = [step for step in part.script if not step.startswith("@")]
        if len(texts) != len(script) or not all(
            is_so(step, one, part.language) for step, one in zip(script, texts, strict=True)
        ):
            shown = "\n    ".join(f"{one['direction']} {one['at'][:16]} {one['text']}" for one in texts)
            return f"{part.scene.kind} {part.language} {part.scene.says}\n    {shown}"
        return ""


def is_so(step: str, message: Mapping[str, Any], language: str) -> bool:
    """Whether a message is what the script says, in the person's language."""
    if step.startswith(">"):
        return bool(message["direction"] == "out")
    key, _, question = step.partition("/")
    text: str = message["text"]
    asked = QUESTIONS[question].says[language].text if question else ""
    return (
        message["direction"] == "in"
        and PATTERNS[key, language].fullmatch(text) is not None
        and asked.casefold() in text.casefold()
    )


def who(part: Part) -> tuple[str, ...]:
    """As rows about visits begin."""
    return part.name, f"Guest {part.number}", part.name, part.phone, part.language


def first_morning(now: datetime, clock: str) -> datetime:
    """The next moment of that hour by the clinic's clock."""
    zone = Days(now, now.date()).moment(0, clock).tzinfo
    here = now.astimezone(zone)
    at = Days(here, here.date()).moment(0, clock)
    return at if at > here else Days(here, here.date() + timedelta(days=1)).moment(0, clock)
