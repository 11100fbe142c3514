from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "recado.web"
    label = "web"

    def ready(self) -> None:
        from recado.web.sign_in import seats  # models are there only now

        seats.watch()
