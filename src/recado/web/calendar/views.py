from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.web import shell


@needs(Permission.SEE_APPOINTMENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return shell.page(request, "recado/staff/blank.html", at="appointments")
