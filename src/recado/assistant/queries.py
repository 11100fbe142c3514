"""Whether a language model is connected, and how it is reached."""

from dataclasses import dataclass, field
from uuid import UUID

from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope

from .models import Connector
from .types import ConnectorView

URL, KEY = "assistant.url", "assistant.key"


@dataclass(frozen=True, slots=True)
class Connection:
    """How it is reached."""

    url: str
    model: str
    key: str = field(repr=False)


def connector(clinic_id: UUID) -> ConnectorView | None:
    """As the settings show it; None: none is connected. Call it inside `clinic_scope`."""
    row = Connector.objects.filter(clinic_id=clinic_id).first()
    if row is None:
        return None
    return ConnectorView(url_of(row), row.model, row.key_ct is not None, row.is_on, row.changed_at)


def is_on(clinic_id: UUID) -> bool:
    """Whether anything may be asked. Call it inside `clinic_scope`."""
    return Connector.objects.filter(clinic_id=clinic_id, is_on=True).exists()


def connection(clinic_id: UUID) -> Connection | None:
    """How it is reached; None: it is off."""
    with clinic_scope(clinic_id):
        row = Connector.objects.filter(clinic_id=clinic_id, is_on=True).first()
        if row is None:
            return None
        key = keys_for(clinic_id).open(KEY, row.id.bytes, bytes(row.key_ct)).decode() if row.key_ct is not None else ""
        return Connection(url_of(row), row.model, key)


def url_of(row: Connector) -> str:
    """The address, opened."""
    return keys_for(row.clinic_id).open(URL, row.id.bytes, bytes(row.url_ct)).decode()
