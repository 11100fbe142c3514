"""`/handset/`: the simulated phones of a demo, and their JSON."""

from django.urls import path, register_converter

from recado.foundation.phone import Phone
from recado.launch.handset import views


class PhoneConverter:
    """A number in an address: `+447700900321`, its percent-encoded form, or the digits alone."""

    regex = r"\+?[1-9][0-9]{5,14}"

    def to_python(self, value: str) -> Phone:
        return Phone(f"+{value.removeprefix('+')}")

    def to_url(self, value: Phone) -> str:
        return value.e164


register_converter(PhoneConverter, "phone")

urlpatterns = [
    path("", views.page, name="handset"),
    path("state.json", views.state, name="handset-state"),
    path("phones.json", views.phones, name="handset-phones"),
    path("clock", views.clock, name="handset-clock"),
    path("faults", views.faults, name="handset-faults"),
    path("<phone:phone>/messages.json", views.messages, name="handset-messages"),
    path("<phone:phone>/story.json", views.story, name="handset-story"),
    path("<phone:phone>/read", views.read, name="handset-read"),
    path("<phone:phone>/reply", views.reply, name="handset-reply"),
]
