"""The own account."""

from django.urls import path

from recado.web.own_account import views

urlpatterns = [
    path("profile", views.profile, name="profile"),
    path("profile/keys", views.keys, name="profile-keys"),
    path("profile/sessions", views.end_sessions, name="end-sessions"),
]
