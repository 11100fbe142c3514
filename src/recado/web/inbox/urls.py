from django.urls import path

from recado.web.inbox import views

urlpatterns = [
    path("", views.index, name="inbox"),
]
