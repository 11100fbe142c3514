from django.apps import AppConfig


class DialoguesConfig(AppConfig):
    name = "recado.dialogues"
    label = "dialogues"
    default_auto_field = "django.db.models.BigAutoField"
