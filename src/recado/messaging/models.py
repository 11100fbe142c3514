"""The tables of the send path as screens see them. The hot ones are made and worked by SQL (0002_send_path, outbox.py):
partitioned, insert-only, without Django in their way; `managed = False` keeps migrations off them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import GlobalModel, TenantModel

from .carrier_models import CarrierBalance as CarrierBalance
from .carrier_models import CarrierChange as CarrierChange
from .carrier_models import CarrierHold as CarrierHold
from .carrier_models import CarrierLink as CarrierLink
from .carrier_models import SenderRegistration as SenderRegistration
from .doubt_models import Incident as Incident
from .doubt_models import Lookup as Lookup
from .doubt_models import MovedText as MovedText
from .doubt_models import Part as Part
from .doubt_models import ReceiptUnmatched as ReceiptUnmatched
from .doubt_models import StaleText as StaleText
from .doubt_models import ToldCost as ToldCost
from .text_models import ClinicText as ClinicText
from .text_models import ClinicTextVersion as ClinicTextVersion


class Message(TenantModel):
    """A text somebody wanted said, with the gate's verdict. Never updated; its state is its newest event."""

    grants = {"app": "SELECT, INSERT", "dispatch": "SELECT", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "id")
    id = models.UUIDField()
    at = models.DateTimeField()
    due = models.DateTimeField(null=True)
    lane = models.SmallIntegerField()
    purpose = models.SmallIntegerField()
    verdict = models.TextField()
    rule = models.TextField()
    parts = models.SmallIntegerField()
    sender = models.TextField()
    patient_id = models.UUIDField(null=True)
    phone_bi = models.BinaryField(null=True)
    phone_ct = models.BinaryField(null=True)
    body_ct = models.BinaryField()
    expires = models.DateTimeField(null=True)  # of no use from then on; null costs no byte
    wording = models.TextField(null=True)  # the clinic's own version that it is by; null costs no byte

    class Meta:
        managed = False
        db_table = "messaging_message"


class Event(TenantModel):
    """What happened to a message: insert-only."""

    grants = {"app": "SELECT, INSERT", "dispatch": "SELECT, INSERT", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "message", "kind", "at")
    message = models.UUIDField()
    at = models.DateTimeField()
    kind = models.SmallIntegerField()
    carrier = models.SmallIntegerField(null=True)
    ref = models.TextField(null=True)  # null keeps it out of the partial index
    reason = models.TextField(null=True)  # null costs no byte on the hot path

    class Meta:
        managed = False
        db_table = "messaging_event"


class Outbox(TenantModel):
    """What waits to leave. Put, then deleted by the claim; never updated."""

    grants = {
        "app": "SELECT, INSERT, DELETE",
        "dispatch": "SELECT, INSERT, UPDATE, DELETE",  # UPDATE only for the row locks of the claim
        "maintenance": "SELECT",
    }

    id = models.UUIDField(primary_key=True)
    carrier = models.SmallIntegerField()
    lane = models.SmallIntegerField()
    purpose = models.SmallIntegerField()
    purpose_group = models.SmallIntegerField()
    due = models.DateTimeField()
    verdict = models.TextField()
    rule = models.TextField()
    sender = models.TextField()
    attempts = models.SmallIntegerField()
    phone_bi = models.BinaryField()
    phone_ct = models.BinaryField()
    body_ct = models.BinaryField()
    expires = models.DateTimeField(null=True)
    first_due = models.DateTimeField(null=True)  # of a text that goes again; null costs no byte
    tried = models.TextField(null=True)  # carriers that refused it to the end: "1:throttled 7:busy"

    class Meta:
        managed = False
        db_table = "messaging_outbox"


class Slice(GlobalModel):
    """What is on the wire: one row for up to a window of texts, written before the first byte."""

    global_reason = "texts of several clinics on the wire together; names nobody, holds ids only"
    grants = {"dispatch": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.BigAutoField(primary_key=True)
    worker = models.TextField()
    carrier = models.SmallIntegerField()
    fence = models.IntegerField()
    lease = models.DateTimeField()
    ids = ArrayField(models.UUIDField())
    clinics = ArrayField(models.UUIDField())
    purposes = ArrayField(models.SmallIntegerField())

    class Meta:
        managed = False
        db_table = "messaging_slice"


class Reference(TenantModel):
    """Idempotency: the same ref of a clinic is put once. Apart, since a partitioned table can't keep it unique."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "ref")
    ref = models.TextField()
    message_id = models.UUIDField()

    class Meta:
        managed = False
        db_table = "messaging_reference"


class CarrierAccount(GlobalModel):
    """A connection to a carrier. What opens it is encrypted under the system's own key."""

    global_reason = "a connection serves every clinic; what opens it is under the system's key"
    grants = {"app": "SELECT", "dispatch": "SELECT, UPDATE", "maintenance": "SELECT, INSERT, UPDATE"}

    id = models.SmallIntegerField(primary_key=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)  # which carrier file of channels/, see launch/wiring.py
    settings_ct = models.BinaryField()
    is_active = models.BooleanField(default=True)
    paused_lanes = ArrayField(models.SmallIntegerField(), default=list, db_default=[])
    receives = models.BooleanField(default=True, db_default=True)  # people can write to numbers on it
    paused_at = models.DateTimeField(null=True)  # real time; by the operator of the server
    state = models.CharField(max_length=16, default="new")  # new, ready, down, refused
    state_at = models.DateTimeField(null=True)
    refused_with = models.BinaryField(
        null=True
    )  # the fingerprint (dispatch/lines.py) of what it refused, until it is ready
    calls_failed = models.IntegerField(
        default=0, db_default=0
    )  # its calls that could not be read and wait for a person
    default_sender = models.CharField(
        max_length=20, default="", db_default=""
    )  # of clinics without a number of their own
    has_lookup = models.BooleanField(
        default=False, db_default=False
    )  # it can be asked about texts whose answer was lost
    kept_by = models.UUIDField(null=True)  # the clinic that added it for itself; None: the operator, for all clinics
    removed_at = models.DateTimeField(null=True)  # real time; its row stays for the texts that left by it


class Pause(TenantModel):
    """A lane of a clinic that is held: its texts wait and leave when it goes on."""

    grants = {"app": "SELECT, INSERT, DELETE", "dispatch": "SELECT", "maintenance": "SELECT, INSERT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    lane = models.SmallIntegerField()
    since = models.DateTimeField()
    by_kind = models.TextField(default="", db_default="")  # an Actor; empty: held before this was kept
    by_ref = models.TextField(default="", db_default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "lane"], name="messaging_pause_once"),)


class RouteRow(models.Model):
    """One row of the table of routes, in order: the first that matches a text decides which carriers may take it.

    Without a clinic it is the installation's: every clinic reads it, only the operator's own connection writes it."""

    grants = {
        "app": "SELECT, INSERT, UPDATE, DELETE",
        "dispatch": "SELECT",
        "maintenance": "SELECT, INSERT, UPDATE, DELETE",
    }
    tenant_column = "clinic_id"
    read_by_every_clinic = "clinic_id IS NULL"

    id = models.UUIDField(primary_key=True, default=new_id)
    position = models.FloatField()  # room for a clinic's own rows between others, which it can't move
    clinic_id = models.UUIDField(null=True)
    country = models.CharField(max_length=2, default="")
    purposes = ArrayField(models.SmallIntegerField(), default=list)
    sender = models.CharField(max_length=20, default="")
    targets = models.JSONField(default=list)  # routing.Target, as route_book.py reads them

    class Meta:
        db_table = "messaging_route"
        ordering = ("position", "id")


class CarrierScore(GlobalModel):
    """How well a carrier has delivered to a country lately, as its dispatcher has seen it (evidence.py)."""

    global_reason = "a carrier's deliveries as shares; names nobody"
    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("carrier", "country")
    carrier = models.SmallIntegerField()
    country = models.CharField(max_length=2)
    score = models.FloatField()
    at = models.DateTimeField()  # real time


class CarrierPrice(GlobalModel):
    """What a part costs with a carrier, by country: from its price list or set by hand."""

    global_reason = "price lists of the installation's carriers"
    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, UPDATE", "maintenance": "SELECT, INSERT, UPDATE, DELETE"}

    pk = models.CompositePrimaryKey("carrier", "country")
    carrier = models.SmallIntegerField()
    country = models.CharField(max_length=2)
    price = models.DecimalField(max_digits=10, decimal_places=5)
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=8, default="hand", db_default="hand")  # hand, or carrier: it told
    at = models.DateTimeField()  # real time


class PromiseDay(GlobalModel):
    """How the published promise was kept on a day (of business time, UTC) in a lane: promise.py."""

    global_reason = "counts of the whole installation by day; names nobody"
    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("day", "lane")
    day = models.DateField()
    lane = models.SmallIntegerField()
    handed = models.BigIntegerField()
    in_time = models.BigIntegerField()

    class Meta:
        db_table = "messaging_promise"


class QueueCount(TenantModel):
    """How much waits in a lane where that is too much for a page to count: dispatch/counting.py, about once a minute."""

    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, DELETE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "lane")
    lane = models.SmallIntegerField()
    waiting = models.IntegerField()
    at = models.DateTimeField()  # real time

    class Meta:
        db_table = "messaging_queuecount"


class ReceivingNumber(TenantModel):
    """A number of ours that patients write to: owned by one clinic, or shared and told apart by a keyword."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "dispatch": "SELECT", "maintenance": "SELECT, INSERT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    carrier = models.ForeignKey(CarrierAccount, on_delete=models.PROTECT)
    address = models.CharField(max_length=20)
    keyword = models.CharField(max_length=20, default="")
    is_preferred = models.BooleanField(default=False, db_default=False)  # texts that answer to no number come from it
    is_by_default = models.BooleanField(default=False, db_default=False)  # nobody chose it: a newer default replaces it
    note = models.CharField(max_length=80, default="", db_default="")  # what it is for, in the clinic's own words

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clinic_id"], condition=models.Q(is_preferred=True), name="messaging_number_preferred"
            ),
            models.UniqueConstraint(fields=["address", "keyword", "clinic_id"], name="messaging_number_once"),
            models.UniqueConstraint(
                fields=["address", "keyword"], condition=~models.Q(keyword=""), name="messaging_number_keyword"
            ),
        )


class InboundRaw(GlobalModel):
    """What came in, as it came, before anybody knows whose it is: stored first, then bound. Under the system's key."""

    global_reason = "stored before anybody knows whose it is; the app role can't reach it"
    grants = {"dispatch": "SELECT, INSERT", "maintenance": "SELECT, UPDATE, DELETE"}

    id = models.UUIDField(primary_key=True)
    carrier = models.SmallIntegerField()
    ref = models.CharField(max_length=80, default="")
    at = models.DateTimeField()  # business time
    received_at = models.DateTimeField()  # real time
    raw_ct = models.BinaryField()
    clinic_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, default="")
    tries = models.SmallIntegerField(default=0)
    phone_bi = models.BinaryField(max_length=16, null=True)  # who wrote, where the text could be several clinics'
    asked_at = models.DateTimeField(null=True)  # business time: when they were asked which one they mean

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["carrier", "ref"], condition=~models.Q(ref=""), name="messaging_inbound_once"
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=models.Q(settled_at=None), name="messaging_inbound_new"),
            models.Index(
                fields=["id"], condition=models.Q(settled_at=None, tries__gt=0), name="messaging_inbound_put_off"
            ),
            models.Index(
                fields=["phone_bi", "at"], condition=models.Q(phone_bi__isnull=False), name="messaging_inbound_phone"
            ),
        )


class CallbackRaw(GlobalModel):
    """A carrier's call, verified, as it came: stored before it is answered, read afterwards. Under the system's key."""

    global_reason = "a call names numbers of ours and of people before anybody knows whose they are"
    grants = {"app": "INSERT", "dispatch": "SELECT, UPDATE", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    carrier = models.SmallIntegerField()
    received_at = models.DateTimeField()
    raw_ct = models.BinaryField()
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, default="")
    tries = models.SmallIntegerField(default=0)
    # The carrier's id of the part of a long text that it brought, once that text was stored: should the call come again.
    part_ref = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        indexes = (
            models.Index(fields=["carrier", "id"], condition=models.Q(settled_at=None), name="messaging_callback_new"),
            models.Index(
                fields=["carrier", "part_ref"], condition=~models.Q(part_ref=""), name="messaging_callback_part"
            ),
        )


class StrangerCursor(TenantModel):
    """How far a clinic's texts have been read for numbers that are no patient's (strangers.py)."""

    grants = {"maintenance": "SELECT, INSERT, UPDATE"}

    clinic_id = models.UUIDField(primary_key=True)
    upto = models.UUIDField()


class Link(TenantModel):
    """A short link of ours. Only the hash of its token is kept; who shows the token may read the row (capability)."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}
    capability_column = "token_hash"

    token_hash = models.BinaryField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField()
    phone_bi = models.BinaryField(max_length=16, null=True)
    about_id = models.UUIDField(null=True)  # what its page begins with, such as the service of a visit to book
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "kind", "subject_id"], name="messaging_link_subject"),
            models.Index(fields=["clinic_id", "patient_id"], name="messaging_link_patient"),
        )
