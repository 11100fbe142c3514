from django.urls import path

from recado.web.documents import form_sending
from recado.web.patient_forms import editor, sheets, views

urlpatterns = [
    path("", views.index, name="forms"),
    path("new", views.new, name="form-new"),
    path("send", form_sending.send, name="form-send"),
    path("answers/<uuid:document_id>", sheets.answers, name="form-answers"),
    path("answers/<uuid:document_id>/text", sheets.download, name="form-answers-text"),
    path("<slug:key>", editor.show, name="form"),
    path("<slug:key>/pace", views.pace, name="form-pace"),
]
