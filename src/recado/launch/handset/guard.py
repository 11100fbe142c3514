"""Who may reach the simulated phones: a browser or a test on this very computer, in a database made as a demo.

The phones show every text of the demo clinic without a sign-in, so nothing but the demo may have them, and no other
web page that is open in the same browser may read or steer them.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from recado.launch import demo
from recado.launch.simulator.client import SimulatorRefused, SimulatorUnreachable

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

OWN_HOSTS = frozenset({"localhost", "127.0.0.1"})
FORWARDING = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")
OWN_SITES = frozenset({"same-origin", "none"})  # "none": typed into the address bar

LARGEST_BODY = 16_384  # bytes; a text of ten parts is under 2,000


class BadRequest(Exception):
    """The JSON body can't be used; the message is a sentence for whoever sent it."""


def demo_page(view: View[P]) -> View[P]:
    """For the page itself: a link may lead there from anywhere, and it holds no text of anyone."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not demo.is_demo():
            raise Http404
        refusal = _not_from_here(request)
        return refusal or view(request, *args, **kwargs)

    return guarded


def demo_json(view: View[P]) -> View[P]:
    """For the JSON beside the page. What it refuses, and what the view calls a bad request, is JSON too.

    A POST needs no form token: a foreign page can send neither this content type nor this origin.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not demo.is_demo():
            return error(404, "There are no simulated phones here: this database was not made as a demo.")
        refusal = _not_from_here(request) or _from_another_page(request) or _not_json(request)
        if refusal:
            return refusal
        try:
            return view(request, *args, **kwargs)
        except BadRequest as reason:
            return error(400, str(reason))
        except SimulatorRefused as reason:
            return error(409, f"The simulated carrier refused: {reason}")
        except SimulatorUnreachable:
            return error(503, "The simulated carrier is not running. `recado up` starts it.")

    return csrf_exempt(guarded)


def error(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


def body_of(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object in a POST.

    Raises:
        BadRequest: too large, not JSON, or not an object.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise BadRequest("That is too long.")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body


def _not_from_here(request: HttpRequest) -> HttpResponse | None:
    if any(name in request.META for name in FORWARDING) or any(k.startswith("HTTP_X_FORWARDED") for k in request.META):
        return error(403, "The simulated phones can't be reached through a proxy.")
    if _host_name(request.META.get("HTTP_HOST", "")) not in OWN_HOSTS:
        return error(403, "Open the simulated phones as localhost or 127.0.0.1.")
    return None


def _from_another_page(request: HttpRequest) -> HttpResponse | None:
    origin, host = request.META.get("HTTP_ORIGIN"), request.META.get("HTTP_HOST", "")
    if origin is not None and origin not in {f"http://{host}", f"https://{host}"}:
        return error(403, "Another web page can't use the simulated phones.")
    if request.META.get("HTTP_SEC_FETCH_SITE", "none") not in OWN_SITES:
        return error(403, "Another web page can't use the simulated phones.")
    return None


def _not_json(request: HttpRequest) -> HttpResponse | None:
    if request.method == "POST" and request.content_type != "application/json":
        return error(415, "Send JSON, with the content type application/json.")
    return None


def _host_name(host: str) -> str:
    """`localhost` of `localhost:8000`; nothing for what is not a plain host and port."""
    name, colon, port = host.partition(":")
    return name.lower() if not colon or port.isdigit() else ""
