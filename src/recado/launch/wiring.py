"""Every upward call of the house, in one place: a lower room names a table and a key, this says what stands there.

A house test resolves each entry.
"""

# The carrier files of channels/, by the kind that a carrier account names.
CARRIERS: dict[str, str] = {
    "smpp": "recado.launch.dispatching:smpp_carrier",
    "android": "recado.channels.android:make",
    "aws": "recado.channels.aws:make",
    "esendex": "recado.channels.esendex:make",
    "generic": "recado.channels.generic:make",
    "infobip": "recado.channels.infobip:make",
    "instasent": "recado.channels.instasent:make",
    "kannel": "recado.channels.kannel:make",
    "messagebird": "recado.channels.messagebird:make",
    "sinch": "recado.channels.sinch:make",
    "smsapi": "recado.channels.smsapi:make",
    "spryng": "recado.channels.spryng:make",
    "twilio": "recado.channels.twilio:make",
    "vonage": "recado.channels.vonage:make",
}

# The kinds of care events.
CARE_EVENTS = (
    *("prescription", "medication", "refill", "result", "document", "invoice", "cover_renewal", "delay"),
    *("recall", "vaccination", "video_visit", "portal", "education", "hours", "form", "visit_finished"),
)

# Rooms that hold the events which journeys hang on: `load` and `compose` (journeys.types.AnchorRoom).
ANCHORS: dict[str, str] = {
    "appointment": "recado.appointments.steps",
    **dict.fromkeys(CARE_EVENTS, "recado.care_events.steps"),
    "survey": "recado.surveys.steps",
}

# Rooms that hear when events of another room are planned anew: (clinic_id, changes), in that transaction.
FOLLOWERS: dict[str, str] = {
    "appointment": "recado.care_events.actions:note_visits",
}

# Rooms that note whom a journey's text went out to: (clinic_id, ids of the events, now).
SENT: dict[str, str] = {
    "survey": "recado.surveys.steps:note_sent",
}

# Rooms that hear of visits that are over, or are not after all: `visits_finished` and `visits_not_finished`.
AFTER_VISITS: dict[str, str] = {
    "surveys": "recado.surveys.actions",
}

# Visits whose time is over and of which nobody said otherwise: (clinic_id, since, until) -> list of FinishedVisit.
OVER_BY_CLOCK: dict[str, str] = {
    "appointments": "recado.appointments.after:over_between",
}

# Whose texts a clinic may put in its own words: (clinic_id) -> messaging.types.TextRoom.
TEXTS: dict[str, str] = {
    "visits": "recado.appointments.texts:room",
    "care": "recado.care_events.texts:room",
    "surveys": "recado.surveys.texts:room",
    "notices": "recado.conversations.texts:room",
}

# Kinds of events of which several go in one text (journeys.types.TogetherRoom).
TOGETHER: dict[str, str] = {
    "appointment": "recado.appointments.together",
}

# Rooms whose events hold times that others wait for (journeys.types.TimeRoom).
FREED_TIMES: dict[str, str] = {
    "appointment": "recado.appointments.waitlist",
}

# Whose texts may tell of several people: which tell of one of them, and how the others hear when that text is taken back.
SHARED_TEXTS: dict[str, str] = {
    "journeys": "recado.journeys.merging",
}

# Who writes texts anew that wait, once what they go by has changed: which of them can be, how they are, and how what no carrier
# took on its way is.
TOLD_ANEW: dict[str, str] = {
    "journeys": "recado.journeys.retelling",
}

# Which of these texts go at an hour that the person chose: (clinic_id, message_ids) -> set of them.
AT_CHOSEN_HOURS: dict[str, str] = {
    "journeys": "recado.journeys.retelling:at_chosen_hours",
}

# What an answer does to a subject: (clinic_id, subject_id, answer, by) -> Settlement.
REPLY_HANDLERS: dict[str, str] = {
    "appointment": "recado.appointments.replies:settle",
    "times": "recado.appointments.by_text:settle",
    "new_visit": "recado.appointments.new_visits:settle",
    "visit_choice": "recado.appointments.which:settle",
    "offer": "recado.conversations.offers:settle",
    "waitlist": "recado.appointments.waitlist_commands:settle_which",
    "wrong_number": "recado.conversations.wrong_numbers:settle",
    **dict.fromkeys(CARE_EVENTS, "recado.care_events.replies:settle"),
    "survey": "recado.surveys.replies:settle",
    "survey_next": "recado.surveys.replies:settle_next",
}

# The same for several subjects of a kind, each another (conversations.types.SeveralReplies). Answers of other kinds are each
# settled in a transaction of their own.
SEVERAL_REPLIES: dict[str, str] = {
    "appointment": "recado.appointments.replies",
}

# What a wish for another time does, where they say which: (clinic_id, subject_id, TimeWish, by) -> Settlement.
WISH_HANDLERS: dict[str, str] = {
    "appointment": "recado.appointments.replies:settle_wish",
}

# Of a question that an answer to another one put: the subject of that one. (clinic_id, subject_id) -> UUID.
FOLLOWS: dict[str, str] = {
    "times": "recado.appointments.by_text:visit_of",
}

# Times that a question offers, which the person may name in words (conversations.types.OfferedTimes).
TIMES: dict[str, str] = {
    "times": "recado.appointments.by_text",
    "new_visit": "recado.appointments.new_visits",
    "visit_choice": "recado.appointments.which",
    "offer": "recado.conversations.offers",
}

# Questions that are answered in the person's own words: (clinic_id, subject_id, words, by) -> Settlement.
WORD_HANDLERS: dict[str, str] = {
    "survey": "recado.surveys.replies:settle",
    "survey_next": "recado.surveys.replies:settle_next",
}

# What rooms do at a word of theirs (conversations.types.CommandRoom).
COMMANDS: dict[str, str] = {
    "wait": "recado.appointments.waitlist_commands:wait",
    "unwait": "recado.appointments.waitlist_commands:unwait",
}

# Who may answer a text that answers no open question, asked in this order just before a person is: the first that has
# something to say does (conversations.types.Answerer).
ANSWERERS: tuple[str, ...] = (
    "recado.dialogues.answering:go_on",
    "recado.appointments.new_visits:answer",  # before a visit that stands is moved: the times were just offered
    "recado.appointments.late:answer",
    "recado.appointments.moving:answer",
    "recado.dialogues.answering:begin",
    "recado.care_events.refills:answer",  # where the clinic has no dialogue for it
    "recado.knowledge.answering:answer",  # last: whoever has a question that no dialogue begins with
)

# Who has put a question that is no row of conversations, and reads a text before the open questions do, where its own is the
# newest and the whole text answers it (conversations.types.Talker).
TALKERS: tuple[str, ...] = ("recado.dialogues.answering",)

# With what a patient books a visit: whether a link would lead anywhere, and the link (clinic_id, patient_id); times by text, as
# a Settlement or None; and what they look like, for whoever writes the words before them; and the links of many who missed a
# visit (clinic_id, (patient, service) pairs, people).
LINKS_TO_BOOK: dict[str, str] = {
    "may": "recado.appointments.online:may_have_link",
    "visit": "recado.appointments.online:fresh_link",
    "times": "recado.appointments.new_visits:offer",
    "sample": "recado.appointments.new_visits:sample",
    "missed": "recado.appointments.own_bookings:links_of",
}

# When the next visit of each of these patients begins, who has one. (clinic_id, patient_ids).
NEXT_VISITS: dict[str, str] = {"starts": "recado.appointments.queries:next_starts"}

# Words that mean something already, which no keyword of a shared number may be: the answer that a text is, or None.
RESERVED_WORDS: dict[str, str] = {
    "answers": "recado.conversations.matching:read_answer",
}

# A line for each subject, to ask back which is meant: (clinic_id, subject_ids, language) -> list of lines.
DESCRIPTIONS: dict[str, str] = {
    "appointment": "recado.appointments.replies:describe",
    "times": "recado.appointments.by_text:describe",
    "new_visit": "recado.appointments.new_visits:describe",
    "visit_choice": "recado.appointments.which:describe",
    "offer": "recado.conversations.offers:describe",
    "waitlist": "recado.appointments.waitlist_commands:describe",
    "wrong_number": "recado.conversations.wrong_numbers:describe",
    **dict.fromkeys(CARE_EVENTS, "recado.care_events.replies:describe"),
    **dict.fromkeys(("survey", "survey_next"), "recado.surveys.replies:describe"),
}

# Rooms that offer one thing to several people: what a yes does and what is said (conversations.types.OfferRoom).
OFFERS: dict[str, str] = {
    "waitlist": "recado.appointments.waitlist_room",
}

# What documents tell of their papers: each is a care event, with the journey that tells the patient.
PAPERS: dict[str, str] = {
    "told": "recado.care_events.papers",
}

# What documents add to a link to one of theirs: (clinic_id, document_ids) -> parts behind #, by document.
LINK_ENDS: dict[str, str] = {
    "paper": "recado.documents.letters:fragments",
}

# The calendar of visits, for rooms beside it: `these` and `between` (appointments.queries).
VISITS: dict[str, str] = {
    "calendar": "recado.appointments.queries",
}

# What a patient has to fill in before a visit, for its page: (clinic_id, visit_id) -> ids and titles.
VISIT_FORMS: dict[str, str] = {
    "documents": "recado.documents.forms:links_of_visit",
}

# The page behind a link: (clinic_id, subject_id, phone_bi) -> VisitPage or None.
LINK_PAGES: dict[str, str] = {
    "offer": "recado.conversations.offers:page",
    "waitlist": "recado.appointments.waitlist_pages:page",
    "paper": "recado.documents.pages:page",
    "appointment": "recado.appointments.replies:page",
    "booking": "recado.appointments.online:page",
    "survey": "recado.surveys.replies:page",
}

# The text that brings a fresh link: (clinic_id, subject_id) -> text or None.
LINK_TEXTS: dict[str, str] = {
    "offer": "recado.conversations.offers:fresh_link_text",
    "waitlist": "recado.appointments.waitlist_texts:fresh_link_text",
    "paper": "recado.documents.letters:fresh_link_text",
    "wishes": "recado.conversations.joining:fresh_link_text",
    "appointment": "recado.appointments.replies:fresh_link_text",
    "booking": "recado.appointments.online:fresh_link_text",
    "survey": "recado.surveys.replies:fresh_link_text",
}

# How many open things each person has, in each room that gives some: (clinic_id) -> {user: count}.
LOADS: dict[str, str] = {
    "tasks": "recado.tasks.queries:open_by_person",
    "conversations": "recado.conversations.giving:open_by_person",
}

# Texts to staff that a lower room asks for (messaging.on_call.tell_danger).
STAFF_TEXTS: dict[str, str] = {
    "danger": "recado.messaging.on_call:tell_danger",
}

# With whom patients are and where, for rules by clinician and site: (clinic_id, patients) -> {patient: (clinician, site)}.
WITH_WHOM: dict[str, str] = {
    "visits": "recado.appointments.queries:with_whom",
}

# What screens ask of the installation itself.
STANDING: dict[str, str] = {
    "is_demo": "recado.launch.demo:is_demo",
    "is_connected": "recado.launch.demo:is_connected",
    "demo_clinic": "recado.launch.demo:demo_clinic",
    "first_run": "recado.launch.first_run",
    "load_sample": "recado.launch.sample:load",
    "furnish": "recado.launch.furnishing:furnish",
}

# What the import pages ask of whoever reads that kind of file: appointments.types.ImportDesk.
IMPORTS: dict[str, str] = {
    "csv": "recado.integrations.csv_files.desk",
    "events": "recado.integrations.csv_files.event_desk",
}

# The worker's loops: each is a function of a plain maintenance connection that returns how much it found to do.
WORKERS: dict[str, str] = {
    "inbound": "recado.conversations.worker:read_inbound",
    "attachments": "recado.conversations.attachments:fetch_due",
    "snoozes": "recado.conversations.worker:end_snoozes",
    "drafts": "recado.conversations.drafts:forget_old",
    "fates": "recado.conversations.fates:follow",
    "joinings": "recado.conversations.joining:forget_old",
    "journeys": "recado.journeys.worker:run_due",
    "journey_moves": "recado.journeys.worker:move_people",
    "dry_runs": "recado.journeys.dry_runs:play_next",
    "documents": "recado.documents.worker:forget_ended",
    "forms": "recado.documents.form_worker:follow_visits",
    "waitlist": "recado.appointments.waitlist:offer_due",
    "webhooks": "recado.webhooks.worker:make_due",
    "webhooks_kept": "recado.webhooks.worker:forget_old",
    "surveys": "recado.surveys.worker:ask_by_clock",
    "dialogues": "recado.dialogues.worker:end_silent",
    "bookings": "recado.appointments.by_code:forget_old",
    "times": "recado.appointments.by_text:lapse_due",
    "alarms": "recado.conversations.alarming:step_alarms",
    "emergencies": "recado.tasks.emergencies:go_further",
    "incidents": "recado.messaging.worker:raise_incidents",
    "stale": "recado.messaging.anew:write_stale",
    "calls": "recado.messaging.worker:forget_calls",
    "reports": "recado.messaging.worker:forget_reports",
    "texts": "recado.messaging.worker:forget_texts",
    "numbers": "recado.messaging.strangers:keep_numbers",
    "audit": "recado.launch.work:seal_audit",
    "requests": "recado.api.requests:forget_old",
    "imports": "recado.integrations.csv_files.worker:run_next",
}
