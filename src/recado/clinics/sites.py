"""What changes a clinic's places."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from recado.clinics.models import Site
from recado.clinics.types import Refused, SiteView
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop

NO_NAME = gettext_noop("Give the place a name that patients will find.")
NO_HTTPS = gettext_noop("A link to directions begins with https://.")
TAKEN = gettext_noop("The clinic has a place of this name already.")


def add_site(*, clinic_id: UUID, name: str, by: Actor, address: str = "", directions_url: str = "") -> SiteView:
    """Adds a place to a clinic. Raises Refused where one of that name exists, or the link isn't https. A place that was
    closed opens again by its name."""
    _check(name, directions_url)
    with clinic_scope(clinic_id):
        site = Site.objects.filter(clinic_id=clinic_id, name__iexact=name.strip(), closed_at__isnull=False).first()
        if site is None:
            site = Site(id=new_id(), clinic_id=clinic_id)
        site.name, site.address, site.directions_url, site.closed_at = name.strip(), address, directions_url, None
        _keep(site, by, "clinics.add_site")
    return SiteView(site.id, site.name, site.address, site.directions_url)


def change_site(
    *, clinic_id: UUID, site_id: UUID, name: str, by: Actor, address: str = "", directions_url: str = ""
) -> bool:
    """Changes a place. False: the clinic has no such place, or it is closed. Raises Refused."""
    _check(name, directions_url)
    with clinic_scope(clinic_id):
        site = Site.objects.select_for_update().filter(clinic_id=clinic_id, id=site_id, closed_at__isnull=True).first()
        if site is None:
            return False
        site.name, site.address, site.directions_url = name.strip(), address, directions_url
        _keep(site, by, "clinics.change_site")
    return True


def close_site(*, clinic_id: UUID, site_id: UUID, by: Actor) -> bool:
    """A place is no longer offered. What was booked there keeps its name. False: there was no such open place."""
    with clinic_scope(clinic_id):
        if not Site.objects.filter(clinic_id=clinic_id, id=site_id, closed_at__isnull=True).update(closed_at=Now()):
            return False
        audit.record(clinic_id=clinic_id, by=by, action="clinics.close_site", subject=f"site {site_id}")
        news.tell(clinic_id, news.Topic.SETTINGS)
    return True


def _check(name: str, directions_url: str) -> None:
    if not name.strip():
        raise Refused("name", NO_NAME)
    if directions_url and not directions_url.startswith("https://"):
        raise Refused("directions_url", NO_HTTPS)


def _keep(site: Site, by: Actor, action: str) -> None:
    try:
        with transaction.atomic():
            if site._state.adding:
                site.save(force_insert=True)
            else:
                site.save(update_fields=["name", "address", "directions_url", "closed_at"])
    except IntegrityError:
        raise Refused("name", TAKEN) from None
    audit.record(clinic_id=site.clinic_id, by=by, action=action, subject=f"site {site.id}")
    news.tell(site.clinic_id, news.Topic.SETTINGS)
