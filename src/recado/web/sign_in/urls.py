"""Signing in and what an account sees of itself."""

from django.urls import path

from recado.web.sign_in import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("clinic", views.change_clinic, name="change-clinic"),
    path("profile", views.profile, name="profile"),
]
