"""Patients: the list and the page of one. Search stands in `recado.web.urls`, since it is called from everywhere."""

from django.urls import path

from recado.web import join_page
from recado.web.patients import care, caring, consenting, editing, exporting, page, proofs, views

urlpatterns = [
    path("", views.index, name="patients"),
    path("poster", join_page.poster, name="join-poster"),
    path("form-to-sign", join_page.form_to_sign, name="form-to-sign"),
    path("consent-of-number.csv", proofs.number_file, name="number-proof"),
    path("<uuid:patient_id>/", page.patient, name="patient"),
    path("<uuid:patient_id>/edit", editing.edit, name="patient-edit"),
    path("<uuid:patient_id>/consent", consenting.consent, name="patient-consent"),
    path("<uuid:patient_id>/consent/proof.csv", consenting.proof_file, name="patient-proof"),
    path("<uuid:patient_id>/consent/<uuid:entry_id>", consenting.signed, name="patient-signed"),
    path("<uuid:patient_id>/permit", consenting.permit, name="patient-permit"),
    path("<uuid:patient_id>/stop", consenting.stop, name="patient-stop"),
    path("<uuid:patient_id>/start", consenting.start, name="patient-start"),
    path("<uuid:patient_id>/privacy", consenting.privacy, name="patient-privacy"),
    path("<uuid:patient_id>/right-number", consenting.right_number, name="patient-right-number"),
    path("<uuid:patient_id>/care", care.care, name="patient-care"),
    path("<uuid:patient_id>/care/<uuid:event_id>", care.become, name="patient-care-state"),
    path("<uuid:patient_id>/carer", caring.carer, name="patient-carer"),
    path("<uuid:patient_id>/carer/<uuid:carer_id>/end", caring.carer_end, name="patient-carer-end"),
    path("<uuid:patient_id>/export", exporting.export, name="patient-export"),
]
