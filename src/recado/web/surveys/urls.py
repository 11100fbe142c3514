from django.urls import path

from recado.web.surveys import acts, answers, editor, views

urlpatterns = [
    path("", views.index, name="surveys"),
    path("comments", views.comments, name="survey-comments"),
    path("export", views.export, name="surveys-csv"),
    path("answers/<uuid:response_id>", answers.show, name="survey-answers"),
    path("answers/<uuid:response_id>/done", answers.done, name="survey-answers-done"),
    path("own", editor.listing, name="surveys-own"),
    path("own/new", acts.new, name="survey-new"),
    path("own/policy", acts.policy, name="surveys-policy"),
    path("own/<slug:key>", editor.show, name="survey"),
    path("own/<slug:key>/pace", acts.pace, name="survey-pace"),
]
