"""Documents for tests: files by their content, a clinic's patient who is sent one, and what their phone shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import psycopg

from recado.documents import actions
from recado.documents.types import Claim, DocumentKind, Wish
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.journeys import worker
from tests import factories

BORN = date(1948, 3, 14)  # factories.person
HEAD_OF_PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
TEXT = b"Please eat nothing from midnight on.\n"


def pdf(pages: int = 2) -> bytes:
    """A small PDF whose pages each show a line."""
    kids = " ".join(f"{3 + 2 * at} 0 R" for at in range(pages))
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"]
    for at in range(pages):
        line = f"BT /F1 24 Tf 72 700 Td (Page {at + 1}) Tj ET"
        font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        box = "/MediaBox [0 0 595 842]"
        parts.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {4 + 2 * at} 0 R /Resources {font} >>")
        parts.append(f"<< /Length {len(line)} >>\nstream\n{line}\nendstream")
    made, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start, count = len(made), len(parts) + 1
    made += f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return f"{made}startxref\n{start}\n%%EOF\n".encode()


def send(
    clinic_id: UUID,
    patient_id: UUID,
    content: bytes = TEXT,
    *,
    kind: DocumentKind = DocumentKind.LETTER,
    title: str = "Before your visit",
    source: str = "documents",
    external_id: str = "",
    **wish: object,
) -> UUID:
    """Sends a document as a member of staff does."""
    taken = actions.intake()
    for start in range(0, len(content), 65536):
        taken.write(content[start : start + 65536])
    return actions.send(
        clinic_id=clinic_id,
        patient_id=patient_id,
        intake=taken,
        wish=Wish(kind, title, **wish),  # type: ignore[arg-type]
        by=OPERATOR,
        source=source,
        external_id=external_id,
    )


def work() -> None:
    """What journeys have to say by now is said."""
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def link(clinic_id: UUID) -> str:
    """The token in the newest text that has a link."""
    work()
    found = [re.search(r"/r/(\w{10})", text) for text in factories.wordings(clinic_id)]
    return [one[1] for one in found if one][-1]


def code(clinic_id: UUID) -> str:
    """The code in the newest text that has one."""
    found = [re.search(r"\b(\d{6})\b", text) for text in factories.wordings(clinic_id)]
    return [one[1] for one in found if one][-1]


def claim(clinic_id: UUID) -> Claim:
    """What the patient types."""
    return Claim(code(clinic_id), BORN)


@contextmanager
def full_disk(superuser_url: str) -> Iterator[None]:
    """The database says that its disk is full for every piece of a document, as PostgreSQL does."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        connection.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON documents_piece FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER no_room ON documents_piece; DROP FUNCTION no_room()")
