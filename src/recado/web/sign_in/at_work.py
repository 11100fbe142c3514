"""Where the one who asks is at work: sets `request.clinic_id`, `request.role` and the language of the screens.

Pages that nobody signs in for (a patient's link, a style sheet, a health check) cost nothing here.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation

from recado.clinics import queries as clinics
from recado.clinics.types import Workplace
from recado.web.sign_in import idle, seats

Answer = Callable[[HttpRequest], HttpResponseBase]

WITHOUT_SIGN_IN = ("/static/", "/r/", "/healthz", "/readyz", "/handset/")
TO_GET_IN = ("/sign-in", "/sign-out", "/second-step", "/enter", "/lock", "/still-here")
METHODS = "account_authentication_methods"  # in the session: by what somebody signed in, as allauth notes it
CLINIC = "clinic"  # in the session: the clinic somebody works for at the moment


class AtWork:
    """Django middleware, after the one that knows the user."""

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.clinic_id, request.role, request.workplaces = None, None, []  # type: ignore[attr-defined]
        request.seats_began = seats.begin()  # type: ignore[attr-defined]
        if request.path.startswith(WITHOUT_SIGN_IN) or not request.user.is_authenticated:
            return self._answer(request)
        self._find_workplace(request)
        language = request.user.language  # noted now: a page may sign out
        with translation.override(language):
            response = self._led(request) or self._answer(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _led(self, request: HttpRequest) -> HttpResponseBase | None:
        """Whoever's role asks for a second step gets no further without one."""
        if not lacks_second_step(request.session, request.workplaces):  # type: ignore[attr-defined]
            return None
        if request.path.startswith(TO_GET_IN):
            return None
        way = reverse("second-step")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": way})
        return HttpResponseRedirect(way)

    def _find_workplace(self, request: HttpRequest) -> None:
        places = clinics.workplaces(_account(request))
        here = _chosen(request, places)
        request.workplaces = places  # type: ignore[attr-defined]
        if here:
            request.clinic_id, request.role = here.clinic_id, here.role  # type: ignore[attr-defined]


def lacks_second_step(session: Any, places: list[Workplace]) -> bool:
    """Whether a role of this person, at any of their clinics, asks for more than this session has shown."""
    if not any(place.role.needs_second_step for place in places):
        return False
    return all(step.get("method") != "mfa" for step in session.get(METHODS, []))


def _account(request: HttpRequest) -> UUID:
    found = request.user.pk
    assert isinstance(found, UUID)
    return found


def _chosen(request: HttpRequest, places: list[Workplace]) -> Workplace | None:
    wanted = request.session.get(CLINIC)
    return next((place for place in places if str(place.clinic_id) == wanted), places[0] if places else None)


def workplace_of(request: HttpRequest, began: int) -> UUID | None:
    """The clinic of a request that did not pass the middleware (the event stream); None: not at work, or locked. `began`: what
    `seats.begin` gave before the session was read."""
    if not request.user.is_authenticated:
        return None
    places = clinics.workplaces(_account(request))
    if lacks_second_step(request.session, places):
        return None
    here = _chosen(request, places)
    if here is None or idle.is_locked(request.session, here.clinic_id):
        return None
    sit(request, here, began)
    return here.clinic_id


def sit(request: HttpRequest, here: Workplace, began: int) -> None:
    """Keeps who sits behind this session. Call it where it was found open; `began`: from before it was read."""
    key, user = request.session.session_key, request.user
    if key and user.is_authenticated:
        until = idle.locks_at(request.session, here.clinic_id)
        seats.take(key, seats.Seat(here.clinic_id, _account(request), here.role, user.language, until), began)


def clinic_of(request: HttpRequest) -> UUID:
    """The clinic of a request that passed `access.needs`."""
    found = request.clinic_id  # type: ignore[attr-defined]
    assert isinstance(found, UUID)
    return found
