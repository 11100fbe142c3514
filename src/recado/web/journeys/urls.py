from django.urls import path

from recado.web.journeys import acts, views

urlpatterns = [
    path("", views.index, name="journeys"),
    path("ready", views.gallery, name="journeys-ready"),
    path("ready/<slug:key>/use", acts.use, name="journey-use"),
    path("<slug:key>/pause", acts.pause, name="journey-pause"),
    path("<slug:key>/resume", acts.resume, name="journey-resume"),
    path("<slug:key>/end", acts.end, name="journey-end"),
    path("<slug:key>/start", acts.start, name="journey-start"),
]
