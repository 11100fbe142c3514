"""A carrier tried from the command line, beside the dispatcher: connected, and over HTTP, where nothing is connected before
something is asked, asked what sends no text.
"""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any, Final

from recado.channels.protocol import (
    Accepted,
    CannotTell,
    Carrier,
    Envelope,
    HasBalance,
    HasConnections,
    HasLookup,
    HasPrices,
    Inbound,
    Missing,
    Receipt,
)
from recado.foundation.clock import real_now

WAIT: Final = 10.0  # seconds for a carrier to be connected
NOBODY: Final = "+447700900000"  # kept for fiction: no carrier has a text to it
TOLD: Final = frozenset({"others_to_that_number", "shared_a_batch", "older_than_the_carriers_log"})
"""Why a carrier can't tell of a text although it has answered us."""
UNASKED: Final = "nothing asked: such a carrier answers to texts only, so try it with --to and --sender"


def attempt(carrier: Carrier) -> dict[str, Any]:
    """Connects, and says how it went."""
    return asyncio.run(tried(carrier, None))


async def tried(carrier: Carrier, envelope: Envelope | None) -> dict[str, Any]:
    """The same, and sends a text where there is one. `is_ok` is true where nothing went wrong, also where nothing could be asked."""

    async def ignore(items: Sequence[Receipt | Inbound]) -> None:
        raise OSError("a test stores nothing: the dispatcher's own connection hears it")

    await carrier.start(ignore)
    try:
        await asyncio.wait_for(carrier.wait_ready(), WAIT)
        told = await _asked(carrier, has_text=envelope is not None)
        if told["is_ok"] and envelope is not None:
            (outcome,) = await carrier.send([envelope])
            told["is_ok"] = isinstance(outcome, Accepted)
            told["outcome"] = "taken" if told["is_ok"] else getattr(outcome, "reason", type(outcome).__name__)
        return told
    except TimeoutError:
        reason = getattr(carrier, "state_reason", "")
        return {"is_ok": False, "outcome": f"not connected within {WAIT:.0f} s ({reason})"}
    except LookupError as error:
        return {"is_ok": False, "outcome": f"no balance: {error}"}
    except Exception as error:
        return {"is_ok": False, "outcome": f"no answer ({type(error).__name__})"}
    finally:
        await carrier.stop()


async def _asked(carrier: Carrier, *, has_text: bool) -> dict[str, Any]:
    """What a carrier says to a question that sends nothing: whether it knows us. A text to be sent tells by itself."""
    is_over_http = isinstance(carrier, HasConnections) and any(one.kind == "http" for one in carrier.connections)
    reason = "" if not is_over_http or has_text else await _trouble(carrier)
    if reason:
        return {"is_ok": False, "outcome": "no answer" if reason == "no_answer" else f"it answers {reason}"}
    left = await _left(carrier, is_all=reason is None)
    return {"is_ok": True, "outcome": UNASKED if reason is None and not left else "connected", **left}


async def _left(carrier: Carrier, *, is_all: bool) -> dict[str, Any]:
    """The balance, where the carrier tells it. `is_all`: nothing else says whether it knows us, so it must. Raises LookupError,
    and what `balance` raises of a carrier that isn't reached or doesn't answer."""
    if not isinstance(carrier, HasBalance):
        return {}
    try:
        return {"balance": str((await carrier.balance()).amount)}
    except Exception:  # whatever it is: a carrier that knows us is none the worse for it
        if is_all:
            raise
        return {}


async def _trouble(carrier: Carrier) -> str | None:
    """What is wrong with its answer, empty where nothing is. None: it answers no such question."""
    if isinstance(carrier, HasLookup) and carrier.capabilities.status_lookup:
        text = Envelope(secrets.token_bytes(16), NOBODY, NOBODY, "There is no such text.")
        (finding,) = await carrier.look_up([Missing(text, real_now())])
        return finding.reason if isinstance(finding, CannotTell) and finding.reason not in TOLD else ""
    if isinstance(carrier, HasPrices):
        try:
            await carrier.prices("GB")
        except LookupError as error:
            return str(error) if str(error).startswith("http_") else ""
        return ""
    return None
