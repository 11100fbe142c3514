"""Tables of clinics, their places, people and API keys."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from recado.foundation.ids import new_id
from recado.foundation.policies import CURRENT_CLINIC
from recado.foundation.tenancy import TenantModel


class Clinic(models.Model):
    """A tenant. The app role sees the one it works for."""

    id = models.UUIDField(primary_key=True, default=new_id)
    slug = models.TextField(unique=True)
    short_code = models.TextField(unique=True)
    name = models.TextField()
    time_zone = models.TextField()
    country = models.TextField()
    default_language = models.TextField()
    care_basis = models.TextField()
    quiet_opens = models.TimeField(null=True)
    quiet_closes = models.TimeField(null=True)
    phone_shown = models.TextField(default="", db_default="", blank=True)
    address = models.TextField(default="", db_default="", blank=True)
    emergency_number = models.TextField(default="", db_default="", blank=True)  # empty: the country's
    languages = ArrayField(models.TextField(), default=list, db_default=[])
    opening_hours = models.JSONField(null=True)  # a list of seven days, each a list of ["08:00", "12:00"]; null: usual
    repeat_guard = models.DurationField(default=timedelta(minutes=10), db_default=timedelta(minutes=10))  # 0: none
    most_an_hour = models.SmallIntegerField(default=6, db_default=6)  # planned texts to one number; 0: as many as come
    idle_lock = models.DurationField(default=timedelta(minutes=10), db_default=timedelta(minutes=10))
    created_at = models.DateTimeField(db_default=Now())

    tenant_column: ClassVar[str] = "id"
    grants: ClassVar[Mapping[str, str]] = {
        "app": "SELECT, INSERT, UPDATE (name, time_zone, country, default_language, care_basis, quiet_opens, "
        "quiet_closes, phone_shown, address, languages, opening_hours, repeat_guard, most_an_hour, idle_lock, "
        "emergency_number)",
        "maintenance": "SELECT",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(name="clinic_care_basis", condition=models.Q(care_basis__in=["care", "consent"])),
            models.CheckConstraint(
                name="clinic_quiet_hours_both",
                condition=models.Q(quiet_opens__isnull=True, quiet_closes__isnull=True)
                | models.Q(quiet_opens__isnull=False, quiet_closes__isnull=False),
            ),
            models.CheckConstraint(
                name="clinic_idle_lock",
                condition=models.Q(idle_lock__gte=timedelta(minutes=2), idle_lock__lte=timedelta(minutes=60)),
            ),
        ]


class Site(TenantModel):
    """A place of a clinic, as patients find it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    address = models.TextField(default="", db_default="", blank=True)
    directions_url = models.TextField(default="", db_default="", blank=True)
    closed_at = models.DateTimeField(null=True)

    grants = {"app": "SELECT, INSERT, UPDATE (name, address, directions_url, closed_at)"}

    class Meta:
        constraints = [models.UniqueConstraint("clinic_id", Lower("name"), name="site_name_in_clinic")]


class StaffAccounts(BaseUserManager["User"]):
    """How accounts are found and made. E-mail addresses are kept in lower case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """One account a person, whatever the number of clinics they work at.

    The app role sees the people of its clinic, and whoever's address it already knows (to sign in, or to take somebody
    on who works elsewhere too).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    email = models.TextField(unique=True)
    name = models.TextField()
    language = models.TextField(default="en")
    theme = models.TextField(default="system", db_default="system")  # system, light, dark
    keys = models.JSONField(default=dict, db_default={})  # single keys: {"off": true} or {action: key}
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = StaffAccounts()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    visible_to_app: ClassVar[str] = (
        f"id IN (SELECT m.user_id FROM clinics_membership m WHERE m.clinic_id = (SELECT {CURRENT_CLINIC}))"
    )
    writable_by_app: ClassVar[str] = "true"
    capability_column: ClassVar[str] = "sha256(convert_to(email, 'UTF8'))"
    grants: ClassVar[Mapping[str, str]] = {
        # Without the password's hash: only who signs people in reads that.
        "app": "SELECT (id, email, name, language, theme, keys, is_active, created_at, last_login), INSERT",
        "accounts": "SELECT, UPDATE (name, language, theme, keys, password, last_login)",
        "maintenance": "SELECT",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_email_lower", condition=models.Q(email=Lower("email"))),
        ]

    def get_full_name(self) -> str:
        return self.name


class Membership(TenantModel):
    """A person works at a clinic, in one role at a time. Ended ones stay, for the audit."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    role = models.TextField()
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True)

    grants = {"app": "SELECT, INSERT, UPDATE (role, until)", "accounts": "SELECT", "maintenance": "SELECT"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic_id", "user"], condition=models.Q(until__isnull=True), name="one_role_at_a_time"
            )
        ]


class ApiKey(TenantModel):
    """A key for other systems. Only its digest is kept: HMAC-SHA-256 under the key file, so that one look-up checks it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    prefix = models.TextField()
    digest = models.BinaryField(unique=True)
    scopes = ArrayField(models.TextField())
    sources = ArrayField(models.TextField(), default=list, db_default=[])  # networks; none: from anywhere
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    capability_column = "digest"
    grants = {"app": "SELECT, INSERT, UPDATE (last_used_at, revoked_at)", "maintenance": "SELECT"}


class SignInLink(TenantModel):
    """A way in that works once: an invitation, a new beginning after a lost password or phone, or a way into the demo."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    kind = models.TextField()  # set_up: choose a password; demo: stands for both steps
    digest = models.BinaryField(unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    grants = {"app": "SELECT, INSERT", "accounts": "SELECT, UPDATE (used_at)"}
