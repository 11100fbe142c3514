from django.apps import AppConfig


class CareEventsConfig(AppConfig):
    name = "recado.care_events"
    label = "care_events"
    default_auto_field = "django.db.models.BigAutoField"
