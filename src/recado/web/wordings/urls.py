from django.urls import path

from recado.web.wordings import acts, editor, views

urlpatterns = [
    path("", views.index, name="templates"),
    path("new", acts.new, name="template-new"),
    path("<slug:key>", editor.editor, name="template"),
    path("<slug:key>/look", editor.look, name="template-look"),
    path("<slug:key>/save", acts.save, name="template-save"),
    path("<slug:key>/drop", acts.drop, name="template-drop"),
    path("<slug:key>/back", acts.back, name="template-back"),
    path("<slug:key>/take-up/<int:number>", acts.take_up, name="template-take-up"),
]
