from django.urls import path

from recado.web.journeys import (
    acts,
    coming,
    compare,
    editor,
    publishing,
    stages_page,
    try_page,
    versions,
    views,
    writing,
)

urlpatterns = [
    path("", views.index, name="journeys"),
    path("coming", coming.index, name="coming"),
    path("coming.csv", coming.export, name="coming-csv"),
    path("ready", views.gallery, name="journeys-ready"),
    path("ready/<slug:key>/use", acts.use, name="journey-use"),
    path("new", publishing.begin, name="journey-new"),
    path("own/<slug:key>", editor.show, name="journey"),
    path("own/<slug:key>/try", try_page.show, name="journey-try"),
    path("own/<slug:key>/compare", compare.show, name="journey-compare"),
    path("own/<slug:key>/stages", stages_page.show, name="journey-stages"),
    path("own/<slug:key>/versions", versions.show, name="journey-versions"),
    path("own/<slug:key>/pause", acts.pause, name="journey-pause"),
    path("own/<slug:key>/resume", acts.resume, name="journey-resume"),
    path("own/<slug:key>/end", acts.end, name="journey-end"),
    path("own/<slug:key>/start", acts.start, name="journey-start"),
    path("own/<slug:key>/about", writing.about, name="journey-about"),
    path("own/<slug:key>/publish", publishing.publish, name="journey-publish"),
    path("own/<slug:key>/discard", publishing.discard, name="journey-discard"),
    path("own/<slug:key>/steps", writing.add, name="journey-add"),
    path("own/<slug:key>/steps/<slug:step_key>", writing.step, name="journey-step"),
    path("own/<slug:key>/steps/<slug:step_key>/move", writing.move, name="journey-move"),
    path("own/<slug:key>/steps/<slug:step_key>/remove", writing.remove, name="journey-remove"),
]
