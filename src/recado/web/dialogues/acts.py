"""What is done to a dialogue by one button: begun, published, given up, paused, put back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.dialogues import actions
from recado.dialogues import queries as dialogues
from recado.dialogues.types import Dialogue, Saying, Step, StepKind
from recado.foundation.tenancy import clinic_scope
from recado.foundation.works import NotPublishable, TooMany
from recado.web import shell
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Takes a ready dialogue (`ready`), or begins one of that `name` with one question."""
    clinic_id = clinic_of(request)
    ready = dialogues.PRODUCT.get(request.POST.get("ready", ""))
    name = " ".join(request.POST.get("name", "").split())[:80]
    if ready is None and not name:
        messages.warning(request, _("Give the dialogue a name."))
        return _to("dialogues")
    language = clinics.clinic_settings(clinic_id).default_language
    blank = Dialogue("", 0, name, (Step("ask_1", StepKind.ASK, says={language: Saying()}),))
    try:
        with clinic_scope(clinic_id):
            key = actions.begin(
                clinic_id=clinic_id, dialogue=ready.dialogue if ready else blank, by=shell.actor(request)
            )
    except TooMany:
        messages.warning(request, _("A clinic has at most 100 dialogues."))
        return _to("dialogues")
    return _to("dialogue", key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Makes the draft the version that answers from now on."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        try:
            number = actions.publish(clinic_id=clinic_id, key=key, by=shell.actor(request))
            messages.success(
                request, _("Version %(number)s is live. Who is in it goes on in theirs.") % {"number": number}
            )
        except NotPublishable:
            messages.warning(request, _("It was not published. What is to be put right stands at the steps."))
    return _to("dialogue", key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Gives the draft up."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        try:
            actions.save_draft(clinic_id=clinic_id, key=key, draft=None, by=shell.actor(request))
            messages.success(request, _("The draft is gone; what is live stands as it was."))
        except NotPublishable:
            messages.warning(request, _("Nothing was ever published: there would be nothing left."))
    return _to("dialogue", key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def pace(request: HttpRequest, key: str) -> HttpResponse:
    """`do=pause`: nobody new comes into it; `do=resume`: they do again."""
    clinic_id = clinic_of(request)
    act = actions.resume if request.POST.get("do") == "resume" else actions.pause
    with clinic_scope(clinic_id):
        try:
            act(clinic_id=clinic_id, key=key, by=shell.actor(request))
        except NotPublishable:
            messages.warning(request, _("Nothing was ever published."))
    return _to("dialogue", key)


def _to(name: str, *args: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
