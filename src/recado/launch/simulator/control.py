"""The simulator's back door: JSON lines over loopback, for the phone page and the tests.

Each request is one object with the `token` from `run/simulator.json` and an `op`; each answer one object with `ok`.
`dump` answers with a line for each text before its last line.
"""

import asyncio
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

from recado.launch.simulator.faults import Fault
from recado.launch.simulator.server import Server

Answer = dict[str, Any]
_LONGEST_LINE = 1 << 20


class Control:
    """Serves the verbs of a `Server`."""

    def __init__(self, server: Server, token: str) -> None:
        self._server = server
        self._token = token
        self._verbs: dict[str, Callable[[Answer], Answer]] = {
            "phones": self._phones,
            "messages": self._messages,
            "mark_read": self._mark_read,
            "reply": self._reply,
            "faults": self._faults,
            "switch": self._switch,
            "reset": self._reset,
            "advance": self._advance,
            "pending": lambda _: dict(self._server.network.pending()),
            "tally": lambda _: self._server.tally(),
        }
        self._listener: asyncio.Server | None = None

    async def start(self) -> int:
        """Listens on any free loopback port; returns it."""
        self._listener = await asyncio.start_server(self._serve, self._server.settings.host, 0, limit=_LONGEST_LINE)
        return int(self._listener.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._listener:
            self._listener.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                for answer in self._answers(line):
                    writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                    await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError):
            pass  # the other side went away, or sent a line beyond all measure
        finally:
            writer.close()

    def _answers(self, line: bytes) -> Iterator[Answer]:
        try:
            request = json.loads(line)
            token = str(request["token"])
            op = str(request["op"])
        except (ValueError, KeyError, TypeError):
            yield {"ok": False, "error": "a request is a JSON object with token and op"}
            return
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            yield {"ok": False, "error": "wrong token"}
            return
        if op == "dump":
            for (to, text), count in list(self._server.network.phones.tally.items()):
                yield {"to": to, "text": text, "count": count}
            yield {"ok": True}
            return
        verb = self._verbs.get(op)
        if verb is None:
            yield {"ok": False, "error": "no such op"}
            return
        try:
            yield {"ok": True, **verb(request)}
        except (ValueError, KeyError, TypeError) as error:
            yield {"ok": False, "error": str(error)}

    def _phones(self, _: Answer) -> Answer:
        handsets = self._server.network.phones.handsets
        listed = [
            {"phone": phone, "unread": handset.unread, "last_at": handset.last_at}
            for phone, handset in handsets.items()
        ]
        return {"phones": sorted(listed, key=lambda one: (-(one["last_at"] or 0.0), one["phone"]))}

    def _messages(self, request: Answer) -> Answer:
        handset = self._server.network.phones.handsets.get(str(request["phone"]))
        fields = ("id", "direction", "text", "at", "state")
        return {"messages": [dict(zip(fields, shown.row(), strict=True)) for shown in handset.shown] if handset else []}

    def _mark_read(self, request: Answer) -> Answer:
        self._server.mark_read(str(request["phone"]))
        return {}

    def _reply(self, request: Answer) -> Answer:
        to = request.get("to")
        return {"id": self._server.reply(str(request["phone"]), str(request["text"]), str(to) if to else None)}

    def _faults(self, _: Answer) -> Answer:
        everywhere, of_phones = self._server.network.faults.listed()
        return {"everywhere": everywhere, "phones": of_phones}

    def _switch(self, request: Answer) -> Answer:
        phone = request.get("phone")
        self._server.switch(Fault(str(request["fault"])), bool(request["on"]), str(phone) if phone else None)
        return self._faults(request)

    def _reset(self, _: Answer) -> Answer:
        self._server.reset()
        return {}

    def _advance(self, request: Answer) -> Answer:
        self._server.advance(float(request["seconds"]))
        return {"now": self._server.now(), "offset": self._server.offset}
