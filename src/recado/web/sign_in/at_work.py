"""Where the one who asks is at work: sets `request.clinic_id`, `request.role` and the language of the screens.

Pages that nobody signs in for (a patient's link, a style sheet, a health check) cost nothing here.
"""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from recado.clinics import queries as clinics
from recado.clinics.types import Workplace

Answer = Callable[[HttpRequest], HttpResponseBase]

WITHOUT_SIGN_IN = ("/static/", "/r/", "/healthz", "/readyz", "/handset/")
CLINIC = "clinic"  # in the session: the clinic somebody works for at the moment


class AtWork:
    """Django middleware, after the one that knows the user."""

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.clinic_id, request.role, request.workplaces = None, None, []  # type: ignore[attr-defined]
        if request.path.startswith(WITHOUT_SIGN_IN) or not request.user.is_authenticated:
            return self._answer(request)
        self._find_workplace(request)
        with translation.override(request.user.language):
            response = self._answer(request)
        response.headers.setdefault("Content-Language", request.user.language)
        return response

    def _find_workplace(self, request: HttpRequest) -> None:
        places = clinics.workplaces(_account(request))
        here = _chosen(request, places)
        request.workplaces = places  # type: ignore[attr-defined]
        if here:
            request.clinic_id, request.role = here.clinic_id, here.role  # type: ignore[attr-defined]


def _account(request: HttpRequest) -> UUID:
    found = request.user.pk
    assert isinstance(found, UUID)
    return found


def _chosen(request: HttpRequest, places: list[Workplace]) -> Workplace | None:
    wanted = request.session.get(CLINIC)
    return next((place for place in places if str(place.clinic_id) == wanted), places[0] if places else None)


def workplace_of(request: HttpRequest) -> UUID | None:
    """The clinic of a request that did not pass the middleware (the event stream); None: not at work."""
    if not request.user.is_authenticated:
        return None
    here = _chosen(request, clinics.workplaces(_account(request)))
    return here.clinic_id if here else None


def clinic_of(request: HttpRequest) -> UUID:
    """The clinic of a request that passed `access.needs`."""
    found = request.clinic_id  # type: ignore[attr-defined]
    assert isinstance(found, UUID)
    return found
