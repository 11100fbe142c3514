from django.urls import path

from recado.web.information import editor, views

urlpatterns = [
    path("", views.index, name="info-pages"),
    path("new", views.new, name="info-new"),
    path("<slug:key>", editor.show, name="info-page"),
    path("<slug:key>/pace", views.pace, name="info-pace"),
]
