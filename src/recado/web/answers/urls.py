from django.urls import path

from recado.web.answers import editor, unanswered, views

urlpatterns = [
    path("", views.index, name="answers"),
    path("new", views.new, name="answer-new"),
    path("limit", views.limit, name="answers-limit"),
    path("unanswered", unanswered.index, name="answers-unanswered"),
    path("no-help", unanswered.no_help, name="answers-no-help"),
    path("unanswered/act", unanswered.act, name="answers-act"),
    path("articles/<slug:key>", editor.show, name="answer-article"),
    path("articles/<slug:key>/review", editor.review, name="answer-review"),
    path("articles/<slug:key>/pace", views.pace, name="answer-pace"),
]
