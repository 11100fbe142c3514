from django.urls import path

from recado.web.inbox import acts, assist, drafts, noting, replies, several, views, writing

urlpatterns = [
    path("", views.index, name="inbox"),
    path("new", writing.new, name="inbox-new"),
    path("search", views.search, name="inbox-search"),
    path("replies", replies.index, name="saved-replies"),
    path("replies/new", replies.edit, name="saved-reply-new"),
    path("replies/<uuid:saved_id>", replies.edit, name="saved-reply"),
    path("replies/<uuid:saved_id>/remove", replies.remove, name="saved-reply-remove"),
    path("several", several.several, name="inbox-several"),
    path("several/undo", several.undo, name="inbox-undo-several"),
    path("draft", drafts.save, name="draft"),
    path("measure", writing.measure, name="inbox-measure"),
    path("<uuid:thread_id>", views.conversation, name="inbox-thread"),
    path("<uuid:thread_id>/patient", views.patient, name="inbox-patient"),
    path("<uuid:thread_id>/reply", writing.reply, name="inbox-reply"),
    path("<uuid:thread_id>/note", noting.note, name="inbox-note"),
    path("<uuid:thread_id>/note/<uuid:note_id>/back", noting.note_back, name="inbox-note-back"),
    path("<uuid:thread_id>/note/seen", noting.note_seen, name="inbox-note-seen"),
    path("<uuid:thread_id>/assist", assist.assist, name="inbox-assist"),
    path("<uuid:thread_id>/assign", acts.assign, name="inbox-assign"),
    path("<uuid:thread_id>/snooze", acts.snooze, name="inbox-snooze"),
    path("<uuid:thread_id>/done", acts.done, name="inbox-done"),
    path("<uuid:thread_id>/reopen", acts.reopen, name="inbox-reopen"),
    path("<uuid:thread_id>/undo", acts.undo, name="inbox-undo"),
    path("<uuid:thread_id>/about", acts.about, name="inbox-about"),
    path("<uuid:thread_id>/wrong", acts.wrong_person, name="inbox-wrong"),
    path("<uuid:thread_id>/here", acts.here, name="inbox-here"),
    path("<uuid:thread_id>/recall/<uuid:message_id>", acts.recall, name="inbox-recall"),
]
