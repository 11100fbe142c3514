"""Ways in that work once: an invitation, a new beginning, a link into the demo; and the demo's buttons.

A link is opened by GET, which shows one button and changes nothing: programs that look at links before people do, use
nothing up. The button sends a form.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics import actions as clinic_actions
from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.clinics.types import LinkKind, LinkView, NoSuchClinic
from recado.foundation.wiring import wired
from recado.web import role_words
from recado.web.sign_in import entering, factors
from recado.web.sign_in.pages import page

LOOPBACK = frozenset({"127.0.0.1", "::1"})
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """One line of the card "This is the demo clinic"."""

    user_id: UUID
    name: str
    role: str
    about: str


@public("works once, by a secret that an administrator or the console gave; looking at it uses nothing up")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    link = clinic_actions.look_at_sign_in_link(token)
    if link is None:
        return page(request, "link_over.html", {}, status=404)
    if request.method != "POST":
        return _shown(request, link)
    if link.kind is LinkKind.DEMO:
        return _enter_by(request, token)
    return _begin_anew(request, token, link)


def _shown(request: HttpRequest, link: LinkView, faults: list[str] | None = None) -> HttpResponse:
    context: dict[str, Any] = {"name": link.name, "is_demo": link.kind is LinkKind.DEMO, "faults": faults or []}
    return page(request, "link.html", context, status=422 if faults else 200)


def _enter_by(request: HttpRequest, token: str) -> HttpResponse:
    used = clinic_actions.use_sign_in_link(token)
    if used is None or not wired("STANDING", "is_demo")():
        return page(request, "link_over.html", {}, status=404)
    entering.enter(request, entering.account(used.user_id), "demo", clinic_id=used.clinic_id)
    return HttpResponseRedirect(reverse("home"))


def _begin_anew(request: HttpRequest, token: str, link: LinkView) -> HttpResponse:
    """The new password counts, and nothing of before: passkeys, codes and sessions are over."""
    user, password = entering.account(link.user_id), request.POST.get("password", "")[:500]
    try:
        validate_password(password, user)
    except ValidationError as problem:
        return _shown(request, link, list(problem.messages))
    if clinic_actions.use_sign_in_link(token) is None:
        return page(request, "link_over.html", {}, status=404)
    entering.end_sessions(user.pk)
    factors.forget_all(user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    entering.note(user.pk, "sign_in.begin_anew")
    entering.enter(request, user, "password", clinic_id=link.clinic_id)
    return HttpResponseRedirect(reverse("second-step"))


# ------------------------------------------------------------------------------------------------ the demo


def demo_people(request: HttpRequest) -> list[DemoEntry]:
    """Who may be entered as without a password: the demo's people, from this very computer only."""
    if not wired("STANDING", "is_demo")() or not is_from_here(request):
        return []
    try:
        people = clinics.staff(wired("STANDING", "demo_clinic")())
    except NoSuchClinic:
        return []
    return [
        DemoEntry(one.user_id, one.name, role_words.title(one.role.code), role_words.about(one.role.code))
        for one in people
    ]


@public("into the demo without a password, from the computer that it runs on")
@require_POST
def enter_demo(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("person", "")
    found = next((one for one in demo_people(request) if str(one.user_id) == wanted), None)
    if found is None:
        raise Http404
    clinic_id = wired("STANDING", "demo_clinic")()
    entering.enter(request, entering.account(found.user_id), "demo", clinic_id=clinic_id)
    return HttpResponseRedirect(entering.way_on(request, request.POST.get("next", "")))


def is_from_here(request: HttpRequest) -> bool:
    """Whether a browser on this very computer asks, through no proxy and from no other site."""
    meta = request.META
    is_forwarded = any(name in meta for name in ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")) or any(
        name.startswith("HTTP_X_FORWARDED") for name in meta
    )
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    site = meta.get("HTTP_SEC_FETCH_SITE", "none")
    is_own_page = request.method != "POST" or site in ("same-origin", "none")
    return not is_forwarded and name in OWN_HOSTS and meta.get("REMOTE_ADDR") in LOOPBACK and is_own_page
