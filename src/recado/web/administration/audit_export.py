"""A parcel of audit lines that can be checked without Recado: the lines, a signature (Ed25519), the key, and how.

The signing key is derived from the key file, so it is the installation's own and the same each time.
"""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from recado.foundation.audit_log import AuditRow
from recado.foundation.database import key_file
from recado.web import spreadsheets

MOST = 50_000  # lines; more are exported by dates
COLUMNS = ("id", "at", "who", "actor", "action", "patient", "subject", "reason", "result", "origin", "detail")
HOW = """Check that these lines are as they left Recado (OpenSSL 3):

openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in {name} -sigfile signature.bin

It says "Signature Verified Successfully". The key is this installation's own: compare public-key.pem with one that you
got before.
"""


def parcel(rows: Sequence[AuditRow], names: dict[str, str], form: str) -> bytes:
    """A ZIP of the lines as CSV or JSON with their signature."""
    name = f"lines.{form}"
    lines = (as_json if form == "json" else as_csv)([_record(row, names) for row in rows])
    key = signing_key()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, lines)
        archive.writestr("signature.bin", key.sign(lines))
        archive.writestr(
            "public-key.pem", key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        archive.writestr("how-to-check.txt", HOW.format(name=name))
    return out.getvalue()


def signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key_file().derive("audit export"))


def as_json(records: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps(records, ensure_ascii=False, indent=1).encode()


def as_csv(records: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for record in records:
        writer.writerow([_cell(record[column]) for column in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Any) -> str:
    return spreadsheets.harmless(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value))


def _record(row: AuditRow, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "at": row.at.isoformat(),
        "who": names.get(row.actor_ref, row.actor_ref),
        "actor": row.actor_kind,
        "action": row.action,
        "patient": str(row.patient_id or ""),
        "subject": row.subject,
        "reason": row.reason,
        "result": row.result,
        "origin": row.origin,
        "detail": dict(row.detail),
    }
