"""Files brought in by page, for tests: made, uploaded, and worked on as the worker does."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recado.foundation import business_time
from recado.foundation.database import Role, connect
from recado.integrations.csv_files import worker

HEADER = "id,patient,record_number,phone,start,status,Notes"


def day(ahead: int, clock: str = "10:30") -> str:
    return f"{business_time.now() + timedelta(days=ahead):%d/%m/%Y} {clock}"


def line(number: int, *, ahead: int = 20, status: str = "booked", phone: str = "", start: str = "") -> str:
    """A row of a visit."""
    mobile = phone or f"07700 900{number:03}"
    return f"V-{number},Ann Person {number},R{number},{mobile},{start or day(ahead)},{status},secret reason"


def content(*lines: str) -> bytes:
    return "\n".join((HEADER, *lines, "")).encode()


def upload(client: Client, data: bytes, name: str = "agenda.csv") -> Any:
    return client.post("/import/", {"file": SimpleUploadedFile(name, data, "text/csv")})


def uploaded(client: Client, *lines: str) -> UUID:
    """The file's id, after its upload."""
    response = upload(client, content(*lines))
    assert response.status_code == 302, response.content.decode()
    return UUID(response["Location"].split("/")[2])


def work() -> None:
    """Everything that waits for the worker."""
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_next(maintenance):
            pass


def checked(client: Client, *lines: str) -> UUID:
    file_id = uploaded(client, *lines)
    assert client.post(f"/import/{file_id}/columns", {"do": "check"}).status_code == 302
    work()
    return file_id


def brought_in(client: Client, *lines: str, announce: str = "auto") -> UUID:
    file_id = checked(client, *lines)
    client.post(f"/import/{file_id}/bring-in", {"announce": announce})
    work()
    return file_id
