from django.urls import path

from recado.web.documents import sending, views

urlpatterns = [
    path("", views.index, name="documents"),
    path("send", sending.send, name="document-send"),
    path("<uuid:document_id>", views.document, name="document"),
    path("<uuid:document_id>/revoke", views.revoke, name="document-revoke"),
    path("<uuid:document_id>/release", views.release, name="document-release"),
    path("<uuid:document_id>/unlock", views.unlock, name="document-unlock"),
]
