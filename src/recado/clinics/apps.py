"""Django's registration of the room."""

from django.apps import AppConfig


class ClinicsConfig(AppConfig):
    name = "recado.clinics"
    label = "clinics"
    default_auto_field = "django.db.models.BigAutoField"
