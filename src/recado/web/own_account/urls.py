"""The own account."""

from django.urls import path

from recado.web.own_account import views

urlpatterns = [
    path("profile", views.profile, name="profile"),
    path("profile/sessions", views.end_sessions, name="end-sessions"),
]
