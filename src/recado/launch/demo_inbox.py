"""What the demo's inbox holds beside its conversations: saved replies, and a note that one colleague left another."""

from uuid import UUID

from recado.clinics import queries as clinics
from recado.conversations import actions, queries
from recado.conversations.types import Folder
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope

REPLIES = {
    "What to bring": {
        "en": "{name}, please bring your card and any letter from your doctor. You need nothing else.",
        "fr": "{name}, apportez votre carte et la lettre de votre médecin si vous en avez une. Rien d'autre.",
        "nl": "{name}, neem uw pas en eventueel de brief van uw arts mee. Meer hoeft niet.",
        "pl": "{name}, proszę zabrać kartę i list od lekarza, jeśli jest. Nic więcej nie trzeba.",
        "es": "{name}, traiga su tarjeta y la carta de su médico si la tiene. Nada más.",
        "id": "{name}, bawalah kartu Anda dan surat dokter bila ada. Tidak perlu yang lain.",
    },
    "When your visit is": {
        "en": "{name}, your visit is on {when}[[ with {clinician}]]. See you then.",
        "fr": "{name}, votre rendez-vous est {when}[[ avec {clinician}]]. À bientôt.",
        "nl": "{name}, uw afspraak is {when}[[ bij {clinician}]]. Tot dan.",
        "pl": "{name}, wizyta: {when}[[, {clinician}]]. Do zobaczenia.",
        "es": "{name}, su cita es {when}[[ con {clinician}]]. Hasta entonces.",
        "id": "{name}, janji Anda {when}[[ dengan {clinician}]]. Sampai jumpa.",
    },
    "We call you": {
        "en": "{name}, we will call you today. If it can't wait: {phone}.",
        "fr": "{name}, nous vous appelons aujourd'hui. Si cela ne peut attendre : {phone}.",
        "nl": "{name}, wij bellen u vandaag. Kan het niet wachten: {phone}.",
        "pl": "{name}, zadzwonimy dzisiaj. Jeśli to pilne: {phone}.",
        "es": "{name}, le llamamos hoy. Si no puede esperar: {phone}.",
        "id": "{name}, kami akan menelepon Anda hari ini. Jika mendesak: {phone}.",
    },
}
NOTE = "Dr Lindqvist has two gaps on Thursday morning, both fine for a follow-up. @Marta"


def load(clinic_id: UUID, by: Actor) -> None:
    """Adds what is not there yet."""
    with clinic_scope(clinic_id):
        known = {one.title for one in queries.saved_replies(clinic_id)}
        for title, texts in REPLIES.items():
            if title not in known:
                actions.keep_saved_reply(
                    clinic_id=clinic_id, title=title, texts_by_language=texts, by=by, reply_id=None
                )
        _note(clinic_id)


def _note(clinic_id: UUID) -> None:
    """In the conversation that was written in last: the question that waits when the demo is opened."""
    writer = next((one for one in clinics.staff(clinic_id) if one.role.code == "manager"), None)
    row = next(iter(queries.page(clinic_id, Folder.ALL, UUID(int=0))), None)
    if writer is None or row is None or queries.notes_of(clinic_id, row.id, limit=1):
        return
    by = Actor(ActorKind.STAFF, str(writer.user_id))
    actions.write_note(clinic_id=clinic_id, thread_id=row.id, text=NOTE, ref=new_id(), by=by)
