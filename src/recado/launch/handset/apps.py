from django.apps import AppConfig


class HandsetConfig(AppConfig):
    name = "recado.launch.handset"
    label = "handset"
