"""Django's registration of the foundation."""

from django.apps import AppConfig

from recado.foundation import arrays  # noqa: F401  # known to psycopg before the first connection is opened


class FoundationConfig(AppConfig):
    name = "recado.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"
