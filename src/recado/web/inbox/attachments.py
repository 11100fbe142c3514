"""Pictures and PDFs that patients sent: a line in the conversation for each, and the file for who opens it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.conversations import actions as desk
from recado.conversations import queries as conversations
from recado.conversations.types import AttachmentState, AttachmentView, NoSuchAttachment
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of

PDF = "application/pdf"
TROUBLES = {
    "gone": gettext_lazy("File: the carrier no longer has it"),
    "elsewhere": gettext_lazy(
        "File: it lies where we fetch nothing from. Ask them to bring it, or to send it another way"
    ),
    "refused": gettext_lazy("File: the carrier refused to hand it over. Whoever runs the server can check its login"),
    "too_large": gettext_lazy("File: too large to be shown here. Ask them to bring it, or to send it another way"),
    "other_kind": gettext_lazy("File: neither a picture nor a PDF, so it is not kept"),
    "no_answer": gettext_lazy("File: the carrier did not answer for hours"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """`id` None: there is nothing to open."""

    words: str
    id: UUID | None = None
    icon: str = "file-text"


def shown(view: AttachmentView) -> Shown:
    """One file as the conversation shows it."""
    if view.state is AttachmentState.HERE:
        what = _("PDF") if view.media_type == PDF else _("Picture")
        icon = "file-text" if view.media_type == PDF else "image"
        return Shown(f"{what}, {filesizeformat(view.size)}", view.id, icon)
    if view.state is AttachmentState.FAILED:
        return Shown(str(TROUBLES.get(view.trouble, TROUBLES["gone"])), icon="circle-alert")
    if view.state is AttachmentState.GONE:
        return Shown(_("File: no longer kept, 90 days after it came"))
    return Shown(_("File: on its way from the carrier"), icon="hourglass")


@needs(Permission.SEE_MESSAGES)
@require_safe
def attachment(request: HttpRequest, thread_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A picture is shown, a PDF saved. 404 for what is not of this conversation, or not here."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        row = conversations.thread(clinic_id, thread_id)
        if row is None:
            raise Http404
        try:
            kind, body = desk.open_attachment(
                clinic_id=clinic_id, phone_bi=row.phone_bi, attachment_id=attachment_id, by=shell.actor(request)
            )
        except NoSuchAttachment:
            raise Http404 from None
    response = HttpResponse(body, content_type=kind)
    if kind == PDF:
        response.headers["Content-Disposition"] = 'attachment; filename="file.pdf"'
    return response
