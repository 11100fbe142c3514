from django.urls import path

from . import api_keys_page, audit_page, carriers_page, clinic_page, numbers_page, people_page, sites_page, views

urlpatterns = [
    path("", views.index, name="settings"),
    path("clinic", clinic_page.clinic, name="settings-clinic"),
    path("clinic/sites/new", sites_page.add, name="settings-site-new"),
    path("clinic/sites/<uuid:site_id>", sites_page.site, name="settings-site"),
    path("clinic/sites/<uuid:site_id>/close", sites_page.close, name="settings-site-close"),
    path("people", people_page.people, name="settings-people"),
    path("people/new", people_page.add, name="settings-person-new"),
    path("people/<uuid:user_id>", people_page.person, name="settings-person"),
    path("people/<uuid:user_id>/link", people_page.link, name="settings-person-link"),
    path("people/<uuid:user_id>/end", people_page.end, name="settings-person-end"),
    path("audit", audit_page.log, name="settings-audit"),
    path("audit/check", audit_page.check, name="settings-audit-check"),
    path("audit/export", audit_page.export, name="settings-audit-export"),
    path("api-keys", api_keys_page.api_keys, name="settings-api-keys"),
    path("api-keys/new", api_keys_page.add, name="settings-api-key-new"),
    path("api-keys/<uuid:key_id>/end", api_keys_page.end, name="settings-api-key-end"),
    path("carriers", carriers_page.carriers, name="settings-carriers"),
    path("carriers/numbers/<uuid:number_id>/keyword", numbers_page.keyword, name="settings-number-keyword"),
    path("carriers/numbers/<uuid:number_id>/remove", numbers_page.remove, name="settings-number-remove"),
    path("carriers/test", carriers_page.test, name="settings-carrier-test"),
]
