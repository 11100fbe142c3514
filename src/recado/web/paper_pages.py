"""The pages behind a document's link (p3, p4): a code, a second fact, then the document.

Opening the link sends no code and burns nothing, whoever opens it: only the button does. What is typed right gives this
browser a pass for half an hour, in a cookie that goes to these pages only.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recado.appointments import queries as appointments
from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.conversations import queries as conversations
from recado.documents import actions, queries
from recado.documents.types import PASS_LIVES, Came, CannotDraw, Claim, DocumentKind, Opened, What
from recado.foundation.tenancy import clinic_scope
from recado.web import languages, sizes
from recado.web.paging import page_asked
from recado.web.patient_pages import LONGEST_TOKEN, ended, see_other, shown

COOKIE = "recado_paper"
LONGEST_ON_PAGE = 30_000  # bytes of a text that are shown; the page stays under 60 KB
PICTURES = ("image/jpeg", "image/png")

View = Callable[..., HttpResponseBase]


def _with_token(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **more: Any) -> HttpResponseBase:
        return view(request, token, **more) if len(token) <= LONGEST_TOKEN else ended(request, token)

    return guarded


@public("the link in a patient's text, a code and the day of birth are the permission")
@require_http_methods(["GET", "HEAD", "POST"])
@_with_token
def paper(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows where one stands; POST `do=code` sends a code, `do=open` opens with `code` and `birth_date`, `do=again`
    asks somebody to lock it anew."""
    if request.method == "POST" and request.POST.get("do") == "again":
        return _ask_again(request, token)
    if request.method == "POST":
        return _send_code(request, token) if request.POST.get("do") == "code" else _open(request, token)
    found = queries.opened(token, request.COOKIES.get(COOKIE, ""))
    if found is not None and found.kind is DocumentKind.FORM:
        return see_other(request, "link-form", token)
    return _viewer(request, token, found) if found else _gate(request, token)


def _send_code(request: HttpRequest, token: str) -> HttpResponse:
    return _back(request, token) if actions.ask_code(token) else ended(request, token)


def _ask_again(request: HttpRequest, token: str) -> HttpResponse:
    if not actions.ask_again(token):
        return ended(request, token)
    response = _back(request, token)
    response["Location"] += f"{'&' if '?' in response['Location'] else '?'}said=again"
    return response


def _open(request: HttpRequest, token: str) -> HttpResponse:
    claim = Claim("".join(request.POST.get("code", "").split())[:12], _day(request.POST.get("birth_date", "")))
    came = actions.try_open(token, claim)
    if came is None:
        return ended(request, token)
    if came.came is not Came.OPEN:
        return _gate(request, token, came=came.came)
    response = _back(request, token)
    response.set_cookie(
        COOKIE,
        came.token,
        max_age=PASS_LIVES,
        path=reverse("link-paper", args=[token]),
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return response


def _back(request: HttpRequest, token: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("link-paper", args=[token]) + languages.asked(request), status=303)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _gate(request: HttpRequest, token: str, came: Came | None = None) -> HttpResponse:
    gate = queries.gate(token)
    page = conversations.visit_behind(token)
    if gate is None or page is None:
        return ended(request, token)
    more = {
        "gate": gate,
        "came": came,
        "said": request.GET.get("said", ""),
        "is_wrong": came is Came.WRONG,
        "is_over": came is Came.NO_CODE,
    }
    return shown(request, "paper_code", page=page, token=token, more=more, status=422 if came else 200)


# ------------------------------------------------------------------------------------------------ behind the code


def _viewer(request: HttpRequest, token: str, found: Opened) -> HttpResponse:
    page = conversations.visit_behind(token)
    if page is None:
        return ended(request, token)
    more: dict[str, Any] = {"said": request.GET.get("said", "")}
    more |= {"paper": found, "size": lambda: sizes.words(found.size), "can_read": found.media_type == "application/pdf"}
    if found.media_type == queries.LOCKED:
        return shown(request, "paper_locked", page=page, token=token, more=more | {"gate": found.gate})
    more |= {"is_picture": found.media_type in PICTURES, "is_text": found.media_type == "text/plain"}
    more["book_url"] = _book_url(found.gate.clinic_id)
    return shown(request, "paper_open", page=page, token=token, more=more)


def _book_url(clinic_id: UUID) -> str:
    """Where anybody may book; empty: staff do."""
    with clinic_scope(clinic_id):
        is_open = bool(appointments.online_services(clinic_id, is_known=False))
    return reverse("book", args=[clinics.clinic_settings(clinic_id).short_code]) if is_open else ""


@public("the pass that a right code gave this browser is the permission")
@require_safe
@_with_token
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The document itself, in blocks: to keep, or, of a picture, to see on the page with `?show`."""
    found = queries.opened(token, request.COOKIES.get(COOKIE, ""))
    if found is None or found.kind is DocumentKind.FORM:
        return _back(request, token)
    is_shown = "show" in request.GET and found.media_type in PICTURES
    blocks = actions.look(token, request.COOKIES.get(COOKIE, ""), What.LOOKED if is_shown else What.DOWNLOADED)
    if blocks is None or request.method == "HEAD":
        blocks = iter(())
    kind = "text/plain; charset=utf-8" if found.media_type == "text/plain" else found.media_type
    response = StreamingHttpResponse(blocks, content_type=kind)
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = content_disposition_header(not is_shown, found.file_name) or "attachment"
    return response


def _is_readable(found: Opened) -> bool:
    """Whether the server can show what is in it."""
    return found.kind is not DocumentKind.FORM and found.media_type != queries.LOCKED


@public("the pass that a right code gave this browser is the permission")
@require_safe
@_with_token
def read(request: HttpRequest, token: str) -> HttpResponseBase:
    """The document on the page: one page of a PDF, a picture, or a text."""
    found = queries.opened(token, request.COOKIES.get(COOKIE, ""))
    page = conversations.visit_behind(token)
    if found is None or page is None or not _is_readable(found):
        return _back(request, token)
    more: dict[str, Any] = {"paper": found, "number": page_asked(request.GET.get("page"))}
    if found.media_type == "application/pdf":
        more |= _pages(request, token, more["number"])
    elif found.media_type == "text/plain":
        more |= _text(request, token)
    else:
        more["is_picture"] = True
    return shown(request, "paper_read", page=page, token=token, more=more)


def _pages(request: HttpRequest, token: str, number: int) -> dict[str, Any]:
    try:
        count = queries.pages_of(token, request.COOKIES.get(COOKIE, "")) or 0
    except CannotDraw:
        return {"cannot_draw": True}
    before, after = number - 1, number + 1 if number < count else 0
    if number > count:
        raise Http404("no such page")
    return {
        "count": count,
        "before": before,
        "after": after,
        "alt": lambda: (
            _("Page %(number)d of %(count)d") % {"number": number, "count": count}
        ),  # in the reader's language
    }


def _text(request: HttpRequest, token: str) -> dict[str, Any]:
    blocks = actions.look(token, request.COOKIES.get(COOKIE, ""), What.LOOKED)
    found = b""
    for block in blocks or ():
        found += block
        if len(found) > LONGEST_ON_PAGE:
            break
    return {"text": found[:LONGEST_ON_PAGE].decode(errors="ignore"), "is_cut": len(found) > LONGEST_ON_PAGE}


@public("the pass that a right code gave this browser is the permission")
@require_safe
@_with_token
def picture(request: HttpRequest, token: str, *, number: int) -> HttpResponseBase:
    """A page of a PDF as a picture."""
    try:
        png = actions.page_picture(token, request.COOKIES.get(COOKIE, ""), number)
    except CannotDraw:
        png = None
    if png is None:
        raise Http404("no pass, or no such page")
    return HttpResponse(png, content_type="image/png")
