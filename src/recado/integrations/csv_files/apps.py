from django.apps import AppConfig


class CsvFilesConfig(AppConfig):
    name = "recado.integrations.csv_files"
    label = "csv_files"
    default_auto_field = "django.db.models.BigAutoField"
