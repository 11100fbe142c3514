"""What is written in a dialogue: what begins it, a step more, a step changed, moved or taken out. All goes into the draft."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.dialogues import actions
from recado.dialogues import queries as dialogues
from recado.dialogues.types import Dialogue, DraftChanged, StepKind
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.dialogues import reading
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

START = "start"  # in an address: the panel of what begins it


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def start(request: HttpRequest, key: str) -> HttpResponse:
    """The name, what begins it, and how long it waits."""
    language = _language(request, key)
    return _save(request, key, lambda content: reading.started(request.POST, content, language), START, language)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def add(request: HttpRequest, key: str) -> HttpResponse:
    """A step of this `kind`, `behind` another or at the end."""
    kind = request.POST.get("kind", "")
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        dialogues.dialogue(clinic_id, key)
        if kind not in set(StepKind):
            return _back(key, "", "")
        used = {step.key for one in dialogues.versions(clinic_id, key) for step in one.content.steps}
    made: list[str] = []

    def change(content: Dialogue) -> Dialogue:
        taken = [*used, *(step.key for step in content.steps)]
        content, fresh = reading.added(content, StepKind(kind), request.POST.get("behind", ""), taken)
        made.append(fresh)
        return content

    return _save(request, key, change, lambda: made[-1], _language(request, key))


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def step(request: HttpRequest, key: str, step_key: str) -> HttpResponse:
    """`do`: `save` what the form says, or `up`, `down`, `remove`."""
    do, language = request.POST.get("do", "save"), _language(request, key)

    def change(content: Dialogue) -> Dialogue:
        if do in ("up", "down"):
            return reading.moved(content, step_key, -1 if do == "up" else 1)
        if do == "remove":
            return reading.without(content, step_key)
        place = content.place(step_key)
        written = reading.step(request.POST, content, content.steps[place], language)
        return Dialogue(
            content.key,
            content.version,
            content.name,
            (*content.steps[:place], written, *content.steps[place + 1 :]),
            content.words,
            content.meanings,
            content.wait_hours,
            content.silence,
        )

    return _save(request, key, change, "" if do == "remove" else step_key, language)


def _language(request: HttpRequest, key: str) -> str:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        one = dialogues.dialogue(clinic_id, key)
    content = one.draft or one.published
    assert content is not None
    return reading.language_of(request.POST.get("language", ""), content, clinic_id)


def _save(
    request: HttpRequest,
    key: str,
    change: Callable[[Dialogue], Dialogue],
    at: str | Callable[[], str],
    language: str,
) -> HttpResponse:
    """Changes the draft, and goes back to the step. Where somebody has saved since the page was shown, nothing is."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        one = dialogues.dialogue(clinic_id, key)
        content = one.draft or one.published
        assert content is not None
        changed = change(content)
        try:
            actions.save_draft(
                clinic_id=clinic_id, key=key, draft=changed, by=shell.actor(request), seen=_seen(request)
            )
            messages.success(request, _("The draft is kept."))
        except DraftChanged:
            messages.warning(request, _("Somebody has changed this dialogue since. Look at it, and change it again."))
    return _back(key, at if isinstance(at, str) else at(), language)


def _seen(request: HttpRequest) -> datetime | None:
    try:
        return datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return None


def _back(key: str, at: str, language: str) -> HttpResponse:
    address = reverse("dialogue", args=[key])
    return HttpResponseRedirect(f"{address}?step={at}&language={language}#panel" if at else address, status=303)
