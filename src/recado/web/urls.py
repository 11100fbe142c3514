"""Pages that the web room serves. Staff screens join with the next release."""

from django.urls import path

from recado.web import patient_pages

urlpatterns = [
    path("r/<str:token>", patient_pages.visit, name="link"),
    path("r/<str:token>/cancel", patient_pages.cancel, name="link-cancel"),
    path("r/<str:token>/wrong", patient_pages.wrong, name="link-wrong"),
    path("r/<str:token>/stop", patient_pages.stop, name="link-stop"),
    path("r/<str:token>/new", patient_pages.renew, name="link-new"),
    path("r/<str:token>/visit.ics", patient_pages.calendar_file, name="link-calendar"),
]
