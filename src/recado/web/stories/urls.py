from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:message_id>", views.story, name="message-story"),
    path("<uuid:message_id>/text", views.as_text, name="message-story-text"),
]
