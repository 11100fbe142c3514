from django.urls import path

from . import again, views

urlpatterns = [
    path("<uuid:message_id>", views.story, name="message-story"),
    path("<uuid:message_id>/text", views.as_text, name="message-story-text"),
    path("<uuid:message_id>/again", again.again, name="message-again"),
]
