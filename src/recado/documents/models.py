"""Documents, their sealed pieces, the checks before them, and what happened to each."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.publishing import Edition, Work
from recado.foundation.tenancy import TenantModel


class Document(TenantModel):
    """One paper for one patient. `key_ct` is its own key, wrapped by the clinic's; empty: forgotten, and the document with
    it. `about_ct` is title, words and file name, sealed."""

    grants = {
        "app": "SELECT, INSERT, UPDATE (key_ct, is_held, opened_at, openings, revoked_at, wrong_tries, asked_at, filled_at, due_at, expires_at)",
        "maintenance": "SELECT, UPDATE (key_ct)",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    patient_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()  # bytes
    about_ct = models.BinaryField()
    key_ct = models.BinaryField()
    source = models.CharField(max_length=64)
    external_id = models.CharField(max_length=128)
    actor_kind = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)
    is_held = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # the first time
    openings = models.IntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    wrong_tries = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    needs_code = models.BooleanField(default=True, db_default=True)  # False: whoever has the link may open it
    # of a form to be filled in; empty or null of any other document
    form_key = models.CharField(max_length=24, default="", db_default="")
    form_version = models.IntegerField(null=True)
    visit_id = models.UUIDField(null=True)  # of the visit that it is before; it belongs to another room
    due_at = models.DateTimeField(null=True)
    filled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "source", "external_id"], name="documents_document_external"),
        )
        indexes = (
            models.Index(fields=["clinic_id", "sent_at"], name="documents_document_sent"),
            models.Index(fields=["clinic_id", "patient_id", "sent_at"], name="documents_document_patient"),
            models.Index(fields=["clinic_id", "expires_at"], name="documents_document_expires"),
            models.Index(
                fields=["clinic_id", "visit_id", "form_key"],
                condition=models.Q(visit_id__isnull=False),
                name="documents_document_visit",
            ),
        )


class Piece(TenantModel):
    """A piece of a document, sealed under the document's key. It goes when the document ends."""

    pk = models.CompositePrimaryKey("clinic_id", "document_id", "number")
    document_id = models.UUIDField()
    number = models.IntegerField()
    sealed = models.BinaryField()

    grants = {"app": "SELECT, INSERT, DELETE", "maintenance": "SELECT, DELETE"}


class Check(TenantModel):
    """A code that was sent, and the pass of whoever typed it. Only keyed hashes are kept."""

    grants = {"app": "SELECT, INSERT, UPDATE (tries, used_at, pass_hash)", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    document_id = models.UUIDField()
    code_mac = models.BinaryField(max_length=16)
    made_at = models.DateTimeField()  # real time, as everything here
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    pass_hash = models.BinaryField(max_length=32, default=b"")

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "document_id", "made_at"], name="documents_check_of"),)


class Happening(TenantModel):
    """What happened to a document, when and by whom: insert-only."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    document_id = models.UUIDField()
    at = models.DateTimeField()
    what = models.CharField(max_length=16)
    actor_kind = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "document_id", "at"], name="documents_happening_of"),)


class Form(Work):
    """A form of a clinic: what is live, and what is being written."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key"], name="documents_form_key"),)


class FormVersion(Edition):
    """A form as it was published: people were sent it."""

    form = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key", "number"], name="documents_version_number"),)


class FilledForm(TenantModel):
    """What a patient sent back, sealed by the clinic's key: it belongs to the record, and stays when the link has ended.
    Insert-only: whoever corrects an answer sends the form again."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    document_id = models.UUIDField()
    at = models.DateTimeField()
    answers_ct = models.BinaryField()  # form_answers.to_json, sealed

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "document_id", "at"], name="documents_filled_of"),)
