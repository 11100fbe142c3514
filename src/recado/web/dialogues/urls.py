from django.urls import path

from recado.web.dialogues import acts, editor, said, views, writing

urlpatterns = [
    path("", views.index, name="dialogues"),
    path("new", acts.new, name="dialogue-new"),
    path("said/<uuid:run_id>", said.show, name="dialogue-said"),
    path("own/<slug:key>", editor.show, name="dialogue"),
    path("own/<slug:key>/try", editor.try_out, name="dialogue-try"),
    path("own/<slug:key>/start", writing.start, name="dialogue-start"),
    path("own/<slug:key>/publish", acts.publish, name="dialogue-publish"),
    path("own/<slug:key>/discard", acts.discard, name="dialogue-discard"),
    path("own/<slug:key>/pace", acts.pace, name="dialogue-pace"),
    path("own/<slug:key>/steps", writing.add, name="dialogue-add"),
    path("own/<slug:key>/steps/<slug:step_key>", writing.step, name="dialogue-step"),
]
