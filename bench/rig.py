"""What several benches need: a clinic with a key, the sink as its carrier, and texts sent over HTTP in batches."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bench import gauge
from bench.product import Product

TEXT = "Harbour Street Clinic: your visit is on Thursday 3 December at 10:20 am."  # 72 letters
SENDER = "+4477009005"  # and two digits: reserved for fiction
AT_ONCE = 2  # batch requests under way: while one is answered the next has come in


def arguments(about: str | None, port: int, **sizes: tuple[int, int, str]) -> argparse.Namespace:
    """The options of a bench: its sizes as (usual, with --quick, help), and what all have."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, (usual, quick, text) in sizes.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, help=f"{text} ({usual:,}; with --quick {quick:,})")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it works, not how fast")
    parser.add_argument("--out", type=Path, help="also write the result to this file, as JSON")
    parser.add_argument("--port", type=int, default=port, help="where the product listens meanwhile")
    given = parser.parse_args()
    for name, (usual, quick, _) in sizes.items():
        if getattr(given, name) is None:
            setattr(given, name, quick if given.quick else usual)
    return given


def tell(result: dict[str, Any], out: Path | None) -> None:
    """Prints what was measured, and writes it down."""
    text = json.dumps({**result, "machine": machine()}, indent=1)
    print(text)
    if out:
        out.write_text(text + "\n")


def machine() -> dict[str, Any]:
    """Where it was measured."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    memory = Path("/proc/meminfo").read_text().split()[1]
    return {
        "cores": os.cpu_count(),
        "processor": next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "?"),
        "memory_gb": round(int(memory) / 1024**2),
        "load": os.getloadavg()[0],
    }


@dataclass(slots=True)
class Clinic:
    """A clinic whose texts leave by one carrier, and a key to send them with."""

    url: str
    id: UUID
    key: str
    slug: str
    carrier: int
    numbers: Iterator[int] = field(default_factory=lambda: count(100_000_000))


def clinic(product: Product, slug: str, port: int, *, window: int, number: int = 0) -> Clinic:
    """Makes a clinic, and the carrier on this port its own. `number` tells its own from those of others."""
    made = product.command_json(
        *("clinic", "create", "--slug", slug, "--name", f"Bench {slug}"),
        *("--timezone", "Europe/London", "--quiet-hours", "none"),
    )
    carrier = product.command_json(
        *("carrier", "add", "smpp", "--name", f"Sink {slug}", "--clinic", slug, "--sender", f"{SENDER}{number:02}"),
        *("--host", "127.0.0.1", "--port", str(port), "--system-id", "bench", "--password", "bench"),
        *("--window", str(window)),
    )
    key = product.command_json("apikey", "create", "--clinic", slug, "--name", "Bench")
    return Clinic(product.url, UUID(made["id"]), key["key"], slug, carrier["id"])


async def send(
    of: Clinic, texts: int, chunk: int, *, purpose: str = "care", prefix: str = "+447", lane: str = ""
) -> int:
    """Sends as many texts as batches over HTTP, each to a number of its own. Returns how many were accepted."""
    return await sent(of.url, batches(of, texts, chunk, purpose=purpose, prefix=prefix, lane=lane))


def batches(
    of: Clinic, texts: int, chunk: int, *, purpose: str = "care", prefix: str = "+447", lane: str = ""
) -> list[bytes]:
    """Batch requests for so many texts, each to a number of its own."""
    return [_batch(of, min(chunk, texts - first), purpose, prefix, lane) for first in range(0, texts, chunk)]


async def sent(url: str, requests: list[bytes]) -> int:
    """Sends batch requests over HTTP. Returns how many texts were accepted."""
    waiting = iter(requests)
    return sum(await asyncio.gather(*(_connection(url, waiting) for _ in range(AT_ONCE))))


async def sent_as_is(url: str, one: bytes) -> int:
    """Sends one batch request. Returns how many of its texts were accepted."""
    return await _connection(url, iter([one]))


def _batch(of: Clinic, texts: int, purpose: str, prefix: str, lane: str) -> bytes:
    rest = {"lane": lane} if lane else {}
    messages = [{"to": f"{prefix}{next(of.numbers)}", "text": TEXT, "purpose": purpose, **rest} for _ in range(texts)]
    return request("messages/batch", of.key, json.dumps({"messages": messages}).encode())


def request(path: str, key: str, body: bytes) -> bytes:
    """A request as bytes."""
    head = (
        f"POST /api/v1/{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _connection(url: str, requests: Iterator[bytes]) -> int:
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=2**24)
    accepted = 0
    for one in requests:
        writer.write(one)
        await writer.drain()
        status, answer = await answered(reader)
        if status != 202:
            raise RuntimeError(f"{status}: {answer[:300]!r}")
        accepted += json.loads(answer)["accepted"]
    writer.close()
    return accepted


async def answered(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return int(head.split(b" ", 2)[1]), await reader.readexactly(length)


def wal(product: Product) -> int:
    """Where the write-ahead log stands, in bytes."""
    return int(product.query("SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint")[0][0])


def rest(product: Product) -> float:
    """Waits until the product has come to rest: autovacuum too. Returns what of a core it still uses."""
    return gauge.settle_down(product.groups(), most=60)


# ------------------------------------------------------------------------------------------------ without HTTP


def use_product() -> None:
    """Makes the product's own code usable in this process, as a command beside it."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()


def prepare() -> Any:
    """A clinic without quiet hours, furnished with a number."""
    use_product()
    from recado.clinics import actions as clinics
    from recado.clinics.types import NO_QUIET_HOURS
    from recado.foundation.actors import OPERATOR
    from recado.launch import demo

    clinic = clinics.create_clinic(
        slug="bench", name="Bench", time_zone="Europe/London", quiet_hours=NO_QUIET_HOURS, by=OPERATOR
    )
    demo.furnish(clinic.id)
    return clinic.id


def number(at: int) -> str:
    """Distinct numbers for a bench: French ones reserved for fiction have room for 10,000, the rest are longer than any
    real one there, and only the simulated carrier ever sees them."""
    return f"+3363998{at:06}"


def number_text(at: int) -> str:
    return f"Bench: your appointment no {at:06} is on Thursday at 10:30. Reply 1 to confirm"[:72]
