from django.apps import AppConfig


class LaunchConfig(AppConfig):
    name = "recado.launch"
    label = "launch"
