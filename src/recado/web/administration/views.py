"""The list of the settings, a page of its own: on small screens it is the only way among them."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recado.clinics.access import needs

from . import frame


@needs(*frame.EVERY)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return frame.page(request, "recado/administration/index.html")
