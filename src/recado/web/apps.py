from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "recado.web"
    label = "web"
