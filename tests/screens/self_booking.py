"""Patients book by themselves, for tests: a link of their own, or the clinic's page and the code that it sends."""

import re
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connections
from django.test import Client

from recado.appointments import actions as appointments
from recado.appointments.models import Appointment
from recado.appointments.types import ServiceView, Slot
from recado.clinics import queries as clinics
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from tests import factories, pages, papers


def key(slot: Slot) -> str:
    return f"{slot.calendar_id} {slot.starts_at.isoformat()}"


def sent_link(clinic: UUID, last: int = 321) -> str:
    """The path of the link that a patient was sent."""
    patient = factories.make_patient(clinic, last)
    with clinic_scope(clinic):
        assert appointments.send_booking_link(clinic_id=clinic, patient_id=patient, by=OPERATOR) == ""
    found = re.search(r"(/r/\w+)$", factories.wordings(clinic, last)[-1])
    assert found is not None
    return found[1]


def visits(clinic: UUID) -> list[Appointment]:
    with clinic_scope(clinic):
        return list(Appointment.objects.order_by("starts_at"))


def public(clinic: UUID, service: ServiceView, slot: Slot | None = None, **more: str) -> str:
    query = {"service": str(service.id), **({"slot": key(slot)} if slot else {}), **more}
    return f"/r/book/{clinics.clinic_settings(clinic).short_code}?{urlencode(query)}"


def well(response: Any) -> str:
    html: str = response.content.decode()
    assert response.status_code == 200 and len(response.content) < 60_000 and pages.Reading(html).faults == []
    return html


def ask(clinic: UUID, service: ServiceView, slot: Slot, name: str = "Nora Field", phone: str = "07700 900555") -> Any:
    client: Client = pages.browser()
    return client.post(public(clinic, service, slot), {"do": "ask", "name": name, "phone": phone})


def trying(response: Any) -> str:
    found = re.search(r'name="trying" value="([0-9a-f-]+)"', response.content.decode())
    assert found is not None
    return found[1]


def code(clinic: UUID, last: int = 555) -> str:
    return next(m[1] for text in reversed(factories.wordings(clinic, last)) if (m := re.match(r"(\d{6}) is", text)))


def told(clinic: UUID, last: int = 555) -> str:
    """What the patient was told last, once the journeys have done what is due."""
    papers.work()
    return factories.wordings(clinic, last)[-1]


def confirm(clinic: UUID, service: ServiceView, slot: Slot, tried: str, digits: str) -> Any:
    return pages.browser().post(public(clinic, service, slot), {"do": "confirm", "trying": tried, "code": digits})


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What these return, begun at one moment."""
    ready, returned = Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            ready.wait()
            returned.append(act())
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return returned
