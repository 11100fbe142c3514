"""Open questions, and how each text from a person was read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Question(TenantModel):
    """A question a person was asked: which answers it takes, what it is about and until when an answer counts."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)  # the subject's kind, which names the handler in launch/wiring.py
    subject_id = models.UUIDField()
    patient_id = models.UUIDField()
    phone_bi = models.BinaryField(max_length=16)
    number = models.CharField(max_length=20)  # the number that it was asked from
    message_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # What 1, 2, 3... answer; empty: confirm, another time, cancel.
    answers = ArrayField(models.CharField(max_length=16), default=list, db_default=[])
    is_notice = models.BooleanField(default=False, db_default=False)  # its text told of something and asked nothing
    answer = models.CharField(max_length=16, default="")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "phone_bi", "asked_at"], name="conversations_q_phone"),
            models.Index(fields=["clinic_id", "kind", "subject_id"], name="conversations_q_subject"),
            models.Index(fields=["clinic_id", "patient_id"], name="conversations_q_patient"),
        )


class WhichOne(TenantModel):
    """We asked back which visit an answer was for: the answer waits until the person has chosen."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    phone_bi = models.BinaryField(max_length=16)
    number = models.CharField(max_length=20)
    answer = models.CharField(max_length=16)
    answers = ArrayField(models.CharField(max_length=16), default=list, db_default=[])  # what it means to each question
    question_ids = ArrayField(models.UUIDField())
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "phone_bi", "asked_at"], name="conversations_w_phone"),)


class Joining(TenantModel):
    """Somebody typed a number on the page to join, and a code went there. Nothing counts until it comes back."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    phone_bi = models.BinaryField(max_length=16)
    phone_ct = models.BinaryField()
    code_mac = models.BinaryField(max_length=16)
    groups = ArrayField(models.SmallIntegerField())
    language = models.CharField(max_length=8)
    tries = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "asked_at"], name="conversations_joining_asked"),)


class Reading(TenantModel):
    """How one inbound text was understood and what came of it. Its id is the inbound text's."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True)
    phone_bi = models.BinaryField(max_length=16)
    phone_ct = models.BinaryField()
    number = models.CharField(max_length=20)
    patient_id = models.UUIDField(null=True)
    body_ct = models.BinaryField()
    body_mac = models.BinaryField(max_length=16)
    at = models.DateTimeField()
    understood = models.CharField(max_length=24)  # an answer, choice, a command, a Meaning, nothing
    why_ct = models.BinaryField(null=True)  # why, in our words: Understood.reason
    outcome = models.CharField(max_length=24)
    question_id = models.UUIDField(null=True)
    reply_id = models.UUIDField(null=True)  # the text that told the person what happened
    needs_person = models.BooleanField(default=False)
    has_picture = models.BooleanField(default=False, db_default=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "phone_bi", "at"], name="conversations_r_phone"),
            models.Index(fields=["clinic_id", "patient_id"], name="conversations_r_patient"),
            models.Index(
                fields=["clinic_id", "at"],
                condition=models.Q(needs_person=True, done_at=None),
                name="conversations_r_waiting",
            ),
        )


class Attachment(TenantModel):
    """A file that came with a text of a patient's. `body_ct` is sealed; null: not here yet, or no longer."""

    grants = {
        "app": "SELECT, INSERT, UPDATE (state, trouble, media_type, size, body_ct, tries, next_at)",
        "maintenance": "SELECT, UPDATE (state, body_ct)",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    reading_id = models.UUIDField()
    place = models.SmallIntegerField()  # among the files of the text, from 0
    at = models.DateTimeField()  # when the text was read, by business time
    state = models.CharField(max_length=8, default="waiting")  # attachment_types.AttachmentState
    trouble = models.CharField(max_length=12, default="")
    media_type = models.CharField(max_length=20, default="")
    size = models.IntegerField(default=0)
    body_ct = models.BinaryField(null=True)
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()  # real time

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "reading_id"], name="conversations_attachment_of"),
            models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="conversations_attachment_due"),
            models.Index(fields=["at"], condition=models.Q(state="here"), name="conversations_attachment_old"),
        )

    def reading(self, phone_bi: bytes) -> "Reading | None":
        """The text that it came with, where this phone wrote it. Call it inside `clinic_scope`."""
        return Reading.objects.filter(clinic_id=self.clinic_id, id=self.reading_id, phone_bi=phone_bi).first()


class Thread(TenantModel):
    """The conversation with one phone: what waits in it for a person, and who looks after it.

    `waiting_since` is when the oldest text came that needs a person and has no answer yet. `version` goes up with each
    text from the person and each act of staff; `answer_version` is what the newest answer of staff made it, so that
    whoever began to write before that is told. `before` is what the newest act changed, to undo it: codes, ids, times.
    """

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    phone_bi = models.BinaryField(max_length=16)
    phone_ct = models.BinaryField()
    number = models.CharField(max_length=20)  # ours: the one that the person wrote to last
    patient_id = models.UUIDField(null=True)  # whom it is about, where that is known
    state = models.CharField(max_length=8)
    reason = models.CharField(max_length=16)
    assignee = models.UUIDField(null=True)
    waiting_since = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)  # null while snoozed: until the person writes
    heard_at = models.DateTimeField(null=True)  # the person's newest text
    last_at = models.DateTimeField()
    is_last_ours = models.BooleanField(default=False)
    last_ct = models.BinaryField()  # the newest words, cut to what a list shows
    version = models.IntegerField(default=1)
    answer_version = models.IntegerField(default=0)
    before = models.JSONField(default=dict)
    mentioned = ArrayField(
        models.UUIDField(), default=list, db_default=[]
    )  # colleagues whom a note names, until they act
    team_id = models.UUIDField(null=True)  # whose it is; null: everybody's
    alarm_for = models.DateTimeField(null=True)  # the `waiting_since` that the next two are of
    alarm_step = models.SmallIntegerField(default=0, db_default=0)  # how many steps of the alarm are over
    alarm_at = models.DateTimeField(null=True)  # of the next one
    failed_at = models.DateTimeField(null=True)  # since when an answer of staff is known not to have arrived

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "phone_bi"], name="conversations_thread_phone"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "snoozed", "done"]), name="conversations_thread_state"
            ),
            # What needs a person is never hidden as done.
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(waiting_since=None), name="conversations_thread_done"
            ),
        )
        indexes = (
            models.Index(fields=["clinic_id", "state", "waiting_since"], name="conversations_t_state"),
            models.Index(fields=["clinic_id", "-last_at"], name="conversations_t_newest"),
            models.Index(fields=["clinic_id", "assignee"], name="conversations_t_mine"),
            models.Index(fields=["clinic_id", "heard_at"], name="conversations_t_heard"),
            models.Index(
                fields=["clinic_id", "failed_at"],
                condition=models.Q(failed_at__isnull=False),
                name="conversations_t_failed",
            ),
            models.Index(
                fields=["snoozed_until"],
                condition=models.Q(state="snoozed", snoozed_until__isnull=False),
                name="conversations_t_snoozed",
            ),
            models.Index(
                fields=["waiting_since"],
                condition=models.Q(state="open", waiting_since__isnull=False),
                name="conversations_t_waiting",
            ),
        )


class Reply(TenantModel):
    """A text that a person of the staff wrote. Its id is the message's."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True)
    thread_id = models.UUIDField()
    author = models.UUIDField()
    at = models.DateTimeField()
    waited_since = models.DateTimeField(null=True)  # since when it had been waited for: comes back if it is recalled
    fate = models.CharField(max_length=8, default="", db_default="")  # ok, failed; empty: nobody knows yet

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "thread_id", "at"], name="conversations_reply_thread"),
            models.Index(fields=["at"], condition=models.Q(fate=""), name="conversations_reply_unknown"),
        )


class Note(TenantModel):
    """What somebody of the staff noted in a conversation, for colleagues alone. It never leaves."""

    grants = {"app": "SELECT, INSERT, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True)  # of the form that it was written in
    thread_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)  # whom the conversation was about then
    author = models.UUIDField()
    body_ct = models.BinaryField()
    at = models.DateTimeField()
    mentioned = ArrayField(models.UUIDField(), default=list)

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "thread_id", "at"], name="conversations_note_thread"),
            models.Index(fields=["clinic_id", "patient_id"], name="conversations_note_patient"),
        )


class SavedReply(TenantModel):
    """What a clinic often answers. It names nobody."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    title = models.CharField(max_length=60)
    texts = models.JSONField()  # by language, with placeholders
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "title"], name="conversations_saved_title"),)


class Presence(TenantModel):
    """Where somebody of the staff is looking or typing at the moment, a row for each tab of their browser. Real time; worth nothing after some seconds."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    user_id = models.UUIDField()
    tab = models.CharField(max_length=32, default="")  # a name by chance, of the browser's making
    thread_id = models.UUIDField()
    is_typing = models.BooleanField()
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when colleagues' screens last heard of it

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "user_id", "tab"], name="conversations_presence_tab"),
        )


class Draft(TenantModel):
    """What somebody of the staff has begun to write and not sent. Nobody else ever sees it; a week later it is gone."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    user_id = models.UUIDField()
    name = models.CharField(max_length=80)  # which form: "inbox:<conversation>", "inbox:new:<patient>"
    body_ct = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "user_id", "name"], name="conversations_draft_name"),
        )


class Offer(TenantModel):
    """Something that one person can have: a freed time, a shift. The first yes wins, by one conditional UPDATE."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)  # names the room that has it, in launch/wiring.py
    subject_id = models.UUIDField()
    state = models.CharField(max_length=12)  # types.OfferState
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    winner_id = models.UUIDField(null=True)  # of Offered

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "kind", "subject_id"], name="conversations_offer_subject"),
            models.Index(fields=["closes_at"], condition=models.Q(state="open"), name="conversations_offer_due"),
        )


class Offered(TenantModel):
    """A person who was made an offer, and what they said."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    offer_id = models.UUIDField()
    patient_id = models.UUIDField()
    wave = models.IntegerField()
    asked_at = models.DateTimeField()
    message_id = models.UUIDField(null=True)  # the text that made it; none where it was not let go
    answer = models.CharField(max_length=16, default="")  # accept, decline, late
    answered_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # when they were told that it is gone

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["offer_id", "patient_id", "clinic_id"], name="conversations_offered_once"),
        )
        indexes = (models.Index(fields=["clinic_id", "patient_id", "asked_at"], name="conversations_offered_whom"),)
