"""Articles, every version of them that was published, what a clinic has decided, and what became of each question."""

from django.db import models

from recado.foundation.publishing import Edition, Work
from recado.foundation.tenancy import TenantModel


class Article(Work):
    """An article. Whoever reviews it says that it is right until `due`; from the day after that it answers nobody."""

    owner = models.UUIDField(null=True)  # of the staff
    reviewed_by = models.CharField(max_length=64, default="")
    reviewed_at = models.DateTimeField(null=True)
    due = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key"], name="knowledge_article_key"),)


class ArticleVersion(Edition):
    """An article as it was published: people were answered by it."""

    article = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key", "number"], name="knowledge_version_number"),)


class ClinicPolicy(TenantModel):
    """What a clinic has decided; none: types.Policy as it comes."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "kind")
    kind = models.SmallIntegerField(default=1)  # there is one
    is_on = models.BooleanField(default=True)
    limit = models.SmallIntegerField()  # percent


class Asked(TenantModel):
    """A question that came by text, and what became of it. Its id is the text's, whose words stand there only."""

    grants = {
        "app": "SELECT, INSERT, UPDATE (helped, handed_at, put_aside_at)",
        "maintenance": "SELECT",
    }

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    phone_bi = models.BinaryField(max_length=16)
    language = models.CharField(max_length=8)
    outcome = models.CharField(max_length=12)  # types.Outcome
    article = models.CharField(max_length=24, default="")  # the one that answered, or comes nearest
    version = models.IntegerField(null=True)
    confidence = models.SmallIntegerField(default=0)  # percent
    code = models.CharField(max_length=12, default="")  # in the address of the answer's page
    helped = models.BooleanField(null=True)
    handed_at = models.DateTimeField(null=True)  # after the answer a person was asked for
    put_aside_at = models.DateTimeField(null=True)  # staff: no article is needed for it

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "at"], name="knowledge_asked_at"),
            models.Index(fields=["clinic_id", "phone_bi", "at"], name="knowledge_asked_phone"),
            models.Index(fields=["clinic_id", "code"], condition=~models.Q(code=""), name="knowledge_asked_code"),
        )
