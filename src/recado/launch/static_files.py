"""Style sheets, scripts and fonts, served by the product itself: no build step, no folder to collect into.

A template's `{% static %}` gives `/static/name?v=digest`: that address is kept by browsers for a year. The plain address
(which scripts and style sheets use to name one another) is asked for each time and mostly answered by "not modified".
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from recado.clinics.access import public

FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"

# What the host's own table of types may lack or name otherwise; a script of the wrong type would not run.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/css", ".css")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("image/svg+xml", ".svg")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file's bytes with what is said of them."""

    content: bytes
    kind: str
    digest: str


class VersionedStatic(StaticFilesStorage):
    """Names a static file by its content: a changed file has another address."""

    def url(self, name: str | None, force: bool = False) -> str:
        address = super().url(name)
        found = find(name or "")
        return f"{address}?{urlencode({'v': found.digest})}" if found else address


def find(name: str) -> StaticFile | None:
    """The file of that name in any room's static folder. None if there is none."""
    try:
        path = finders.find(name)
    except (SuspiciousFileOperation, ValueError):  # a way out of the folder, or a name that no file can have
        return None
    if not isinstance(path, str) or not Path(path).is_file():
        return None
    return _read(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: str, changed_at: int) -> StaticFile:
    content = Path(path).read_bytes()
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return StaticFile(content, kind, hashlib.sha256(content).hexdigest()[:16])


@public("style sheets, scripts and fonts are the same for everybody")
@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponse:
    """`GET /static/<name>`."""
    found = find(name)
    if found is None:
        raise Http404
    etag = f'"{found.digest}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(found.content, content_type=found.kind)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = FOR_A_YEAR if request.GET.get("v") == found.digest else ASK_EACH_TIME
    return response
