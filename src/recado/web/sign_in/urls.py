"""Signing in."""

from django.urls import path

from recado.web.sign_in import first_run, links, lock, second_step, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-in/code", views.code, name="sign-in-code"),
    path("sign-in/recovery", views.recovery, name="sign-in-recovery"),
    path("sign-in/help", views.lost, name="sign-in-help"),
    path("sign-in/passkey/ask", views.passkey_ask, name="sign-in-passkey-ask"),
    path("sign-in/passkey", views.passkey, name="sign-in-passkey"),
    path("sign-in/demo", links.enter_demo, name="enter-demo"),
    path("enter/<str:token>", links.enter, name="enter"),
    path("first-run/<str:token>", first_run.begin, name="first-run"),
    path("lock", lock.lock, name="lock"),
    path("still-here", lock.still_here, name="still-here"),
    path("locked", lock.locked, name="locked"),
    path("locked/passkey", lock.by_passkey, name="locked-passkey"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("clinic", views.change_clinic, name="change-clinic"),
    path("second-step", second_step.set_up, name="second-step"),
    path("second-step/passkey/ask", second_step.passkey_ask, name="second-step-passkey-ask"),
    path("second-step/passkey", second_step.passkey, name="second-step-passkey"),
    path("second-step/again", second_step.again, name="second-step-again"),
    path("second-step/codes", second_step.codes, name="second-step-codes"),
    path("second-step/remove", second_step.remove, name="second-step-remove"),
]
