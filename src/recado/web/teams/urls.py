from django.urls import path

from . import editing, views

urlpatterns = [
    path("settings/teams", views.index, name="settings-teams"),
    path("settings/teams/try", views.try_text, name="settings-teams-try"),
    path("settings/teams/tells", views.tells, name="settings-teams-tells"),
    path("settings/teams/alarm", editing.sharing, name="settings-teams-alarm"),
    path("settings/teams/new", editing.new_team, name="settings-team-new"),
    path("settings/teams/<uuid:team_id>", editing.team, name="settings-team"),
    path("settings/teams/<uuid:team_id>/end", editing.end_team, name="settings-team-end"),
    path("settings/teams/rules/new", editing.new_rule, name="settings-rule-new"),
    path("settings/teams/rules/<uuid:rule_id>", editing.rule, name="settings-rule"),
    path("settings/teams/rules/<uuid:rule_id>/move", editing.move_rule, name="settings-rule-move"),
    path("settings/teams/rules/<uuid:rule_id>/remove", editing.remove_rule, name="settings-rule-remove"),
    path("emergency/<uuid:thread_id>/take", views.take, name="emergency-take"),
]
