from django.urls import path

from recado.web.imports import events, steps, views

urlpatterns = [
    path("", views.index, name="import"),
    path("events", events.index, name="import-events"),
    path("events/<uuid:file_id>", events.file, name="import-events-file"),
    path("events/<uuid:file_id>/left-out.csv", events.errors, name="import-events-errors"),
    path("events/<uuid:file_id>/bring-in", events.bring_in, name="import-events-bring-in"),
    path("events/<uuid:file_id>/discard", events.discard, name="import-events-discard"),
    path("events/fill-in/<slug:kind>.csv", events.template, name="import-events-template"),
    path("<uuid:file_id>/", views.file, name="import-file"),
    path("<uuid:file_id>/columns", steps.columns, name="import-columns"),
    path("<uuid:file_id>/row/<int:row>", steps.row, name="import-row"),
    path("<uuid:file_id>/left-out.csv", views.errors, name="import-errors"),
    path("<uuid:file_id>/bring-in", steps.bring_in, name="import-bring-in"),
    path("<uuid:file_id>/back", steps.back, name="import-back"),
    path("<uuid:file_id>/pause", steps.pause, name="import-pause"),
    path("<uuid:file_id>/discard", steps.discard, name="import-discard"),
    path("<uuid:file_id>/result", views.result, name="import-result"),
    path("<uuid:file_id>/tell", steps.announce, name="import-tell"),
    path("<uuid:file_id>/take-back", steps.take_back, name="import-take-back"),
]
