"""A clinician in an address: a name is personal, so what stands there is a code. Clinicians of other systems have no number of ours."""

from collections.abc import Iterable
from uuid import UUID

from recado.foundation.keys import keys_for

NONE = "none"  # for visits that name no clinician


def code_of(clinic_id: UUID, name: str) -> str:
    """The same for the same name in one clinic; nobody reads the name from it."""
    return keys_for(clinic_id).blind_index("clinician", name).hex()[:16] if name else NONE


def named(clinic_id: UUID, code: str, names: Iterable[str]) -> str | None:
    """Which of these names it stands for, empty for nobody; None: none of them."""
    return next((name for name in ("", *names) if code_of(clinic_id, name) == code), None)
