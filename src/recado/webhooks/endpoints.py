"""The addresses that a clinic has calls made to: kept, changed, given a new secret, turned off."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from recado.clinics.types import Refused
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.audit import JSON
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.text import gettext_noop as _

from . import addresses, signing
from .models import Call, Endpoint
from .types import ADDRESS_FAULTS, CallState, EndpointView, MadeEndpoint, Tells

NAME_IT = _("Name the system that is called.")
NAME_SHORTER = _("Use a name of at most 60 letters.")
TOO_MANY = _("A clinic has at most 50 endpoints. Turn one off that nobody needs.")
LONGEST_NAME, MOST = 60, 50
BOTH_SIGN = timedelta(hours=24)  # the old secret beside the new one
URL, SECRET, OLD_SECRET = "webhook.url", "webhook.secret", "webhook.old_secret"


def networks() -> tuple[addresses.Network, ...]:
    """The networks beside the public ones that whoever runs the server lets calls into."""
    found: tuple[addresses.Network, ...] = settings.RECADO_WEBHOOK_NETWORKS
    return found


def add(*, clinic_id: UUID, name: str, url: str, tells: Collection[Tells], by: Actor) -> MadeEndpoint:
    """Keeps an address. Its secret is in the answer and nowhere else. Raises Refused. Call it inside `clinic_scope`."""
    name, url = _checked(name, url)
    if Endpoint.objects.filter(clinic_id=clinic_id, ended_at=None).count() >= MOST:
        raise Refused("name", TOO_MANY)
    keys, row_id, secret = keys_for(clinic_id), new_id(), signing.new_secret()
    row = Endpoint(
        clinic_id=clinic_id,
        id=row_id,
        name=name,
        url_ct=keys.seal(URL, row_id.bytes, url.encode()),
        secret_ct=keys.seal(SECRET, row_id.bytes, secret.encode()),
        tells=sorted(tells),
        created_at=business_time.now(),
    )
    with transaction.atomic():
        row.save(force_insert=True)
        _note(clinic_id, by, "webhook.add", row, tells=sorted(tells))
    return MadeEndpoint(view(row), secret)


def change(*, clinic_id: UUID, endpoint_id: UUID, name: str, url: str, tells: Collection[Tells], by: Actor) -> None:
    """Another name or address, or another choice of what it is told: what is taken back goes out of calls that wait too, what is
    new comes with new ones. Raises Refused and LookupError. Call it inside `clinic_scope`."""
    name, url = _checked(name, url)
    with transaction.atomic():
        row = _locked(clinic_id, endpoint_id)
        row.name, row.tells = name, sorted(tells)
        row.url_ct = keys_for(clinic_id).seal(URL, row.id.bytes, url.encode())
        row.failures, row.rests_until = 0, None
        row.save(update_fields=["name", "tells", "url_ct", "failures", "rests_until"])
        _note(clinic_id, by, "webhook.change", row, tells=sorted(tells))


def new_secret(*, clinic_id: UUID, endpoint_id: UUID, by: Actor) -> MadeEndpoint:
    """Makes a new secret; for a day each call bears the signatures of both. Raises LookupError. Call it inside `clinic_scope`."""
    keys, secret = keys_for(clinic_id), signing.new_secret()
    with transaction.atomic():
        row = _locked(clinic_id, endpoint_id)
        old = keys.open(SECRET, row.id.bytes, bytes(row.secret_ct))
        row.old_secret_ct = keys.seal(OLD_SECRET, row.id.bytes, old)
        row.old_secret_until = business_time.now() + BOTH_SIGN
        row.secret_ct = keys.seal(SECRET, row.id.bytes, secret.encode())
        row.save(update_fields=["old_secret_ct", "old_secret_until", "secret_ct"])
        _note(clinic_id, by, "webhook.new_secret", row)
    return MadeEndpoint(view(row), secret)


def end(*, clinic_id: UUID, endpoint_id: UUID, by: Actor) -> bool:
    """Turns it off for good, and gives up what waits for it. False: it was off. Raises LookupError. Call it inside
    `clinic_scope`."""
    now = business_time.now()
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().filter(clinic_id=clinic_id, id=endpoint_id).first()
        if row is None:
            raise LookupError(str(endpoint_id))
        if row.ended_at is not None:
            return False
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        waiting = Call.objects.filter(clinic_id=clinic_id, endpoint_id=endpoint_id, state=CallState.WAITING)
        count = waiting.update(state=CallState.GIVEN_UP, ended_at=now)
        _note(clinic_id, by, "webhook.end", row, given_up=count)
    return True


def secrets_of(row: Endpoint) -> list[str]:
    """Those that sign now, the newest first."""
    keys = keys_for(row.clinic_id)
    found = [keys.open(SECRET, row.id.bytes, bytes(row.secret_ct)).decode()]
    until = row.old_secret_until
    if row.old_secret_ct is not None and until is not None and until > business_time.now():
        found.append(keys.open(OLD_SECRET, row.id.bytes, bytes(row.old_secret_ct)).decode())
    return found


def url_of(row: Endpoint) -> str:
    return keys_for(row.clinic_id).open(URL, row.id.bytes, bytes(row.url_ct)).decode()


def view(row: Endpoint, waiting: int = 0, given_up: int = 0) -> EndpointView:
    until = row.old_secret_until
    return EndpointView(
        row.id,
        row.name,
        url_of(row),
        frozenset(Tells(one) for one in row.tells if one in set(Tells)),
        row.created_at,
        row.ended_at,
        row.failures,
        row.rests_until,
        row.last_ok_at,
        until if until is not None and until > business_time.now() else None,
        waiting,
        given_up,
    )


def _checked(name: str, url: str) -> tuple[str, str]:
    """Raises Refused."""
    name, url = name.strip(), url.strip()
    if not name:
        raise Refused("name", NAME_IT)
    if len(name) > LONGEST_NAME:
        raise Refused("name", NAME_SHORTER)
    wrong = addresses.fault(url, networks())
    if wrong:
        raise Refused("url", ADDRESS_FAULTS[wrong])
    return name, url


def _locked(clinic_id: UUID, endpoint_id: UUID) -> Endpoint:
    rows = Endpoint.objects.select_for_update().filter(clinic_id=clinic_id, ended_at=None)
    row = rows.filter(id=endpoint_id).first()
    if row is None:
        raise LookupError(str(endpoint_id))
    return row


def _note(clinic_id: UUID, by: Actor, action: str, row: Endpoint, **detail: JSON) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"webhook {row.id}", detail=detail)
    news.tell(clinic_id, news.Topic.SETTINGS)
