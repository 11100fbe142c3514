"""The simulated phones and clock of a running demo, and a look inside it, for stories."""

import csv
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from tests.product import Product

CLINIC = "harbour-street"
DAY = 86_400
HEADER = ("Appt ID", "Patient", "Record number", "Mobile", "Language", "Date", "Time", "Clinician")


def in_days(count: int) -> str:
    """A date as practice systems write it."""
    return f"{date.today() + timedelta(days=count):%d/%m/%Y}"


class Demo:
    """A product with the demo clinic. Use it as a context."""

    def __init__(self) -> None:
        self.product = Product()

    def __enter__(self) -> "Demo":
        said = self.product.start()
        assert said.get("is_demo"), said
        return self

    def __exit__(self, *error: Any) -> None:
        self.product.__exit__(*error)

    # -------------------------------------------------------------------------------- phones

    def phones(self) -> dict[str, dict[str, Any]]:
        """Every phone by its number."""
        return {one["phone"]: one for one in self.get("/handset/phones.json")}

    def messages(self, e164: str) -> list[dict[str, Any]]:
        """What the phone shows, oldest first."""
        return list(self.get(f"/handset/{quote(e164)}/messages.json"))

    def texts(self, e164: str) -> list[str]:
        """What came to the phone, oldest first."""
        return [one["text"] for one in self.messages(e164) if one["direction"] == "in"]

    def story(self, e164: str) -> list[dict[str, Any]]:
        """What is told behind the scenes, newest first."""
        return list(self.get(f"/handset/{quote(e164)}/story.json"))

    def answer(self, e164: str, text: str) -> str:
        """Writes on the phone and waits until everything that follows is done. Returns the newest text that came back."""
        before = len(self.texts(e164))
        self.post(f"/handset/{quote(e164)}/reply", {"text": text})
        self.wait(1)
        came = self.texts(e164)
        return came[-1] if len(came) > before else ""

    def wait(self, seconds: int) -> None:
        """Moves business time on; nothing that was due may be left."""
        came = self.post("/handset/clock", {"advance_seconds": seconds})
        assert came["pending"] == 0, came

    def to_next(self) -> None:
        """Moves on to the next text."""
        assert self.post("/handset/clock", {"to": "next"})["pending"] == 0

    # -------------------------------------------------------------------------------- HTTP

    def get(self, path: str) -> Any:
        with urlopen(Request(self.product.url + path), timeout=30) as answer:
            return json.loads(answer.read())

    def post(self, path: str, body: dict[str, Any]) -> Any:
        wanted = Request(
            self.product.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urlopen(wanted, timeout=100) as answer:
            return json.loads(answer.read())

    def page(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        try:
            with urlopen(Request(self.product.url + path), timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    # -------------------------------------------------------------------------------- commands

    def bring_in(
        self,
        *rows: tuple[str, ...],
        clinic: str = CLINIC,
        encoding: str = "utf-8",
        header: tuple[str, ...] = HEADER,
        **more: str,
    ) -> dict[str, Any]:
        """Imports a semicolon-separated file of these rows. Returns what the command says."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)
        file = self.product.folder / "visits.csv"
        file.write_bytes(out.getvalue().encode(encoding))
        options = [part for name, value in more.items() for part in (f"--{name.replace('_', '-')}", value)]
        done = self.product.run("import", "appointments", str(file), "--clinic", clinic, "--json", *options)
        assert done.stdout, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def visit(self, name: str, clinic: str = CLINIC) -> dict[str, Any]:
        """The appointment as `recado show` tells of it."""
        done = self.product.run("show", "appointment", name, "--clinic", clinic, "--json")
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def inside(self, code: str) -> Any:
        """Runs Python beside the product, with Django set up; `say(value)` gives a value back."""
        lines = (
            "import json, django",
            "django.setup()",
            "say = lambda value: print(json.dumps(value, default=str))",
            code,
        )
        done = subprocess.run(
            [sys.executable, "-c", "\n".join(lines)],
            capture_output=True,
            text=True,
            env=self.product.environment | {"DJANGO_SETTINGS_MODULE": "recado.launch.settings"},
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def superuser_url(self) -> str:
        """Past row security, for looking into every table."""
        data: Path = self.product.data
        password = json.loads((data / "postgres-passwords.json").read_text())["superuser"]
        owner = json.loads((data / "run" / "postgres.json").read_text())["url"]
        host, _, database = owner.rpartition("@")[2].partition("/")
        return f"postgresql://postgres:{password}@{host}/{database}"


def link_in(text: str) -> str:
    """The path of the link that a text carries."""
    found = next(word for word in text.split() if "/r/" in word)
    return "/r/" + found.rsplit("/r/", 1)[1].rstrip(".")
