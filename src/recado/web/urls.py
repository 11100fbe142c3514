"""Pages that the web room serves: patients' link pages and the screens of staff, an area a folder."""

from django.urls import include, path

from recado.web import (
    choices_page,
    form_page,
    information_page,
    join_page,
    paper_pages,
    patient_pages,
    patient_times,
    patient_waitlist,
    survey_page,
)
from recado.web.patients import views as patients
from recado.web.today import views as today

urlpatterns = [
    path("", today.index, name="home"),
    path("announce", today.announce, name="announce"),
    path("tasks/<uuid:task_id>/done", today.task, name="task-done"),
    path("search", patients.search, name="search"),
    path("i/<str:clinic>/<str:code>", information_page.read, name="info"),
    path("r/join/<str:code>", join_page.join, name="join"),
    path("r/<str:token>", patient_pages.visit, name="link"),
    path("r/<str:token>/cancel", patient_pages.cancel, name="link-cancel"),
    path("r/<str:token>/times", patient_times.times, name="link-times"),
    path("r/<str:token>/earlier", patient_waitlist.earlier, name="link-earlier"),
    path("r/<str:token>/offer", patient_waitlist.offer, name="link-offer"),
    path("r/<str:token>/wrong", patient_pages.wrong, name="link-wrong"),
    path("r/<str:token>/stop", patient_pages.stop, name="link-stop"),
    path("r/<str:token>/messages", choices_page.choices, name="link-messages"),
    path("r/<str:token>/document", paper_pages.paper, name="link-paper"),
    path("r/<str:token>/document/form", form_page.form, name="link-form"),
    path("r/<str:token>/form/<uuid:document_id>", form_page.form, name="link-visit-form"),
    path("r/<str:token>/document/file", paper_pages.file, name="link-paper-file"),
    path("r/<str:token>/document/read", paper_pages.read, name="link-paper-read"),
    path("r/<str:token>/document/page/<int:number>.png", paper_pages.picture, name="link-paper-picture"),
    path("r/<str:token>/new", patient_pages.renew, name="link-new"),
    path("r/<str:token>/survey", survey_page.survey, name="link-survey"),
    path("r/<str:token>/visit.ics", patient_pages.calendar_file, name="link-calendar"),
    path("", include("recado.web.sign_in.urls")),
    path("", include("recado.web.own_account.urls")),
    path("inbox/", include("recado.web.inbox.urls")),
    path("appointments/", include("recado.web.calendar.urls")),
    path("journeys/", include("recado.web.journeys.urls")),
    path("templates/", include("recado.web.wordings.urls")),
    path("documents/", include("recado.web.documents.urls")),
    path("documents/forms/", include("recado.web.patient_forms.urls")),
    path("documents/pages/", include("recado.web.information.urls")),
    path("surveys/", include("recado.web.surveys.urls")),
    path("patients/", include("recado.web.patients.urls")),
    path("import/", include("recado.web.imports.urls")),
    path("messages/", include("recado.web.stories.urls")),
    path("settings/", include("recado.web.administration.urls")),
]
