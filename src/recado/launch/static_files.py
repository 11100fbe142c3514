"""Style sheets, scripts and fonts, served by the product itself: no build step, no folder to collect into.

A template's `{% static %}` gives `/static/name?v=digest`: that address is kept by browsers for a year. The plain address
(which scripts and style sheets use to name one another) is asked for each time and mostly answered by "not modified".

What is text goes packed to whoever takes it so: the style sheet is a fifth of its size then, which counts on a patient's slow line. These
files are the same for everybody and hold no secret, so their packed length tells nothing; pages are not packed.
"""

import gzip
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
    packed: bytes = b""  # by gzip; empty: it would not get smaller


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
    packed = gzip.compress(content, mtime=0) if kind.startswith(("text/", "image/svg")) else b""
    digest = hashlib.sha256(content).hexdigest()[:16]
    return StaticFile(content, kind, digest, packed if len(packed) < len(content) else b"")


@public("style sheets, scripts and fonts are the same for everybody")
@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponse:
    """`GET /static/<name>`."""
    found = find(name)
    if found is None:
        raise Http404
    is_packed = bool(found.packed) and takes_gzip(request.headers.get("Accept-Encoding", ""))
    etag = f'"{found.digest}{"-gzip" if is_packed else ""}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(found.packed if is_packed else found.content, content_type=found.kind)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
    if found.packed:
        response.headers["Vary"] = "Accept-Encoding"
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = FOR_A_YEAR if request.GET.get("v") == found.digest else ASK_EACH_TIME
    return response


def takes_gzip(accepted: str) -> bool:
    """Whether a browser takes packed answers (RFC 9110, 12.5.3): it names gzip, and not with a weight of nothing."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
