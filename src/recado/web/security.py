"""What every page tells the browser about itself (docs/explain/security.md), and how a form's origin is read."""

from collections.abc import Callable

import psycopg
from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponseBadRequest
from django.http.response import HttpResponseBase

from recado.foundation import audit
from recado.foundation.ids import new_id

Answer = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: dict[str, str] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex",
}

PATIENT_PAGES = "/r/"


class SecurityHeaders:
    """Puts `HEADERS` on every answer, and forbids storing any that is not a static file.

    Stands first in MIDDLEWARE, so that a refusal by a later one carries the headers too.
    """

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers["Cache-Control"] = "no-store"
        return response


class NoNul:
    """A form with a NUL in it is refused as one, once the database has said that it takes none: nobody types that, scanners
    send it, and it is no fault of ours to be looked into. Looking first would read an upload before it is sealed."""

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, DataError | psycopg.DataError):
            return None
        values = [value for sent in (request.GET, request.POST) for _name, some in sent.lists() for value in some]
        return HttpResponseBadRequest() if any("\0" in value for value in values) else None


class Arrived:
    """Lets every audit line of a request tell where it came from and which request it was."""

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with audit.arrived(origin=request.META.get("REMOTE_ADDR", ""), request_id=str(new_id())):
            return self._answer(request)


class OwnOrigin:
    """Gives a form's POST from our own page its true origin back. Stands before CsrfViewMiddleware.

    Under `no-referrer` a browser sends `Origin: null` with a form (Fetch standard, "append a request Origin
    header") and no Referer, so Django's origin check would refuse every form of ours. Where the browser says
    `Sec-Fetch-Site: same-origin`, which no page can forge, the origin is known after all. Browsers before 2023
    don't say it: for them the origin is taken on trust on a patient's link only, where whoever forges a POST would
    have to know the secret address. Django still checks its token in every case.
    """

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.META.get("HTTP_ORIGIN") == "null" and _is_own(request):
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self._answer(request)


def _is_own(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" or (site is None and request.path.startswith(PATIENT_PAGES))
