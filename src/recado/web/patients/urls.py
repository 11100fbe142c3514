from django.urls import path

from recado.web.patients import views

urlpatterns = [
    path("", views.index, name="patients"),
]
