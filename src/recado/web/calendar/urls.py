from django.urls import path

from recado.web.calendar import views

urlpatterns = [
    path("", views.index, name="appointments"),
]
