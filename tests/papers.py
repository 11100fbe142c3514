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
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
TEXT = b"Please eat nothing from midnight on.\n"


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
