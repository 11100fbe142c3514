"""What changes clinics, their people and API keys."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from recado.clinics import api_keys, changing, checks, people, sites, ways_in
from recado.clinics.models import Clinic
from recado.clinics.queries import clinic_settings, forget_settings
from recado.clinics.types import USUAL_AN_HOUR, USUAL_GUARD, CareBasis, ClinicSettings, QuietHours, Refused
from recado.foundation import audit
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.keys import create_keys
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop

__all__ = [
    "add_site",
    "add_staff",
    "change_role",
    "change_settings",
    "change_site",
    "check_api_key",
    "close_site",
    "create_clinic",
    "end_staff",
    "issue_api_key",
    "look_at_sign_in_link",
    "make_sign_in_link",
    "note_api_keys_used",
    "reset_sign_in",
    "revoke_api_key",
    "use_sign_in_link",
]

change_settings = changing.change_settings
add_site = sites.add_site
change_site = sites.change_site
close_site = sites.close_site
add_staff = people.add_staff
change_role = people.change_role
end_staff = people.end_staff
reset_sign_in = ways_in.reset_sign_in
make_sign_in_link = ways_in.make_sign_in_link
look_at_sign_in_link = ways_in.look_at_sign_in_link
use_sign_in_link = ways_in.use_sign_in_link
issue_api_key = api_keys.issue
check_api_key = api_keys.check
revoke_api_key = api_keys.revoke
note_api_keys_used = api_keys.note_used

USUAL_HOURS = QuietHours()
TAKEN = gettext_noop("There is a clinic with the slug %(slug)s already. Choose another.")
_CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that look alike


# ------------------------------------------------------------------------------------------------ clinics


def create_clinic(
    *,
    slug: str,
    name: str,
    time_zone: str,
    by: Actor,
    care_basis: CareBasis = CareBasis.CARE,
    quiet_hours: QuietHours = USUAL_HOURS,
    country: str = "GB",
    default_language: str = "en",
    phone_shown: str = "",
    address: str = "",
    repeat_guard: timedelta = USUAL_GUARD,
    most_an_hour: int = USUAL_AN_HOUR,
    clinic_id: UUID | None = None,
) -> ClinicSettings:
    """Makes a clinic and its keys. Planned texts leave within `quiet_hours` of the patient's day. Raises Refused.

    With a new `clinic_id`, its first people can be taken on in the same `clinic_scope`: all of it, or nothing."""
    checks.slug(slug)
    checks.name(name)
    checks.time_zone(time_zone)
    checks.quiet_hours(quiet_hours)
    checks.country(country)
    checks.language(default_language)
    checks.repeat_guard(repeat_guard)
    checks.most_an_hour(most_an_hour)
    clinic = Clinic(
        id=clinic_id or new_id(),
        slug=slug,
        short_code="".join(secrets.choice(_CODE_LETTERS) for _ in range(6)),
        name=name.strip(),
        time_zone=time_zone,
        country=country.upper(),
        default_language=default_language,
        care_basis=care_basis,
        quiet_opens=quiet_hours.opens,
        quiet_closes=quiet_hours.closes,
        phone_shown=phone_shown,
        address=address,
        repeat_guard=repeat_guard,
        most_an_hour=most_an_hour,
    )
    with clinic_scope(clinic.id):
        try:
            with transaction.atomic():
                clinic.save(force_insert=True)
        except IntegrityError:
            raise Refused("slug", TAKEN, slug=slug) from None
        create_keys(clinic.id)
        audit.record(clinic_id=clinic.id, by=by, action="clinics.create_clinic", subject=f"clinic {clinic.id}")
    forget_settings()
    return clinic_settings(clinic.id)
