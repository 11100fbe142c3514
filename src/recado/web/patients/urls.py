"""Patients: the list and the page of one. Search stands in `recado.web.urls`, since it is called from everywhere."""

from django.urls import path

from recado.web.patients import page, views

urlpatterns = [
    path("", views.index, name="patients"),
    path("<uuid:patient_id>/", page.patient, name="patient"),
]
