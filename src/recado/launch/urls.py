"""Every address of the product. Each view says whom it serves (tests/house/test_urls.py)."""

from django.urls import include, path

from recado.launch import health, static_files

handler403 = "recado.web.refused.forbidden"
handler404 = "recado.web.refused.not_found"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("static/<path:name>", static_files.serve, name="static"),
    path("handset/", include("recado.launch.handset.urls")),
    path("", include("recado.web.urls")),
]
