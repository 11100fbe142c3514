"""Staff give a time that came free to somebody by hand: first those whom it suits, then whoever else is on the list."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import NoneAsked, Waiting
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.foundation import audit, business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.calendar.waiting import Waits, waits
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

NOT_GIVEN = {
    NoneAsked.OVER: gettext_lazy("This time is not on offer any more: nothing was changed."),
    NoneAsked.TAKEN: gettext_lazy(
        "Somebody has this time by now: it was given to nobody. The offer is ended, and whoever was asked is told."
    ),
    NoneAsked.TOO_LATE: gettext_lazy("It is too late to come to this time: it was given to nobody."),
}


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def give(request: HttpRequest, freed_id: UUID) -> HttpResponse:
    """GET shows who could have it; POST `patient=` gives it, `tell=text` has a text say so."""
    clinic_id, by = clinic_of(request), shell.actor(request)
    if request.method == "POST":
        return _give(request, clinic_id, freed_id)
    zone, now = clinics.clinic_settings(clinic_id).time_zone, business_time.now()
    with clinic_scope(clinic_id):
        found = queries.who_could_come(clinic_id, freed_id)
        if found is None:
            return _over(request, clinic_id, freed_id)
        freed, first, others = found
        people = contacts.reach(clinic_id, {one.wish.patient_id for one in (*first, *others)})
        shown = {"patients": sorted(map(str, people))}
        audit.record(clinic_id=clinic_id, by=by, action="waitlist.view", subject=f"waitlist:{freed_id}", detail=shown)

    def lines(rows: list[Waiting]) -> list[Waits]:
        return [waits(row, people[row.wish.patient_id], now, zone) for row in rows if row.wish.patient_id in people]

    context = {"freed": freed, "at": local(freed.time.starts_at, zone), "first": lines(first), "others": lines(others)}
    return shell.page(request, "recado/calendar/waitlist_give.html", context, at="appointments")


def _over(request: HttpRequest, clinic_id: UUID, freed_id: UUID) -> HttpResponse:
    """It is not on offer any more; a time that never was one of the clinic's is not found."""
    if not queries.was_on_offer(clinic_id, freed_id):
        raise Http404
    messages.warning(request, _("This time is not on offer any more: nothing was changed."))
    return HttpResponseRedirect(reverse("waitlist"), status=303)


def _give(request: HttpRequest, clinic_id: UUID, freed_id: UUID) -> HttpResponse:
    try:
        patient_id = UUID(request.POST.get("patient", ""))
    except ValueError:
        raise Http404 from None
    with clinic_scope(clinic_id):
        why_not = appointments.give_free_time(
            clinic_id=clinic_id,
            freed_id=freed_id,
            patient_id=patient_id,
            tell=request.POST.get("tell") == "text",
            by=shell.actor(request),
        )
    if why_not is None:
        messages.success(request, _("It is theirs. Whoever else was asked is told that it is gone."))
    else:
        messages.warning(request, NOT_GIVEN[why_not])
    return HttpResponseRedirect(reverse("waitlist"), status=303)
