"""What staff on call are texted: that somebody may be in danger, where to look, and that a 1 takes it where it would reach us. Never
what was written, nor by whom: it stands on a locked phone. Wired under STAFF_TEXTS."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.phone import Phone

from .actions import send
from .carriers import ways
from .types import Intent
from .wording import define, render

OF_USE = timedelta(minutes=30)  # later the text would call somebody to what was seen to long ago

DANGER_ON_CALL = define(
    "danger_on_call",
    {
        "en": "A patient of {clinic} may be in danger and nobody has taken it. Open Recado: {link}[[ Reply {one}: I take it.]]",
        "fr": "Un patient de {clinic} est peut-être en danger et personne ne s'en occupe. Ouvrez Recado : {link}[[ Répondez {one} : je m'en occupe.]]",
        "nl": "Een patiënt van {clinic} is misschien in gevaar en niemand heeft het opgepakt. Open Recado: {link}[[ Antwoord {one}: ik pak het op.]]",
        "pl": "{clinic}: pacjent może być w niebezpieczeństwie i nikt się tym nie zajął. Otwórz Recado: {link}[[ Odpisz {one}: zajmę się tym.]]",
        "es": "Un paciente de {clinic} puede estar en peligro y nadie lo atiende todavía. Abra Recado: {link}[[ Responda {one}: me ocupo yo.]]",
        "id": "Seorang pasien {clinic} mungkin dalam bahaya dan belum ada yang menanganinya. Buka Recado: {link}[[ Balas {one}: saya tangani.]]",
        "de": "{clinic}: Ein Patient ist vielleicht in Gefahr, und niemand kümmert sich bisher. Recado öffnen: {link}[[ Antwort {one}: Ich übernehme.]]",
        "it": "Un paziente di {clinic} potrebbe essere in pericolo e nessuno se ne occupa. Apra Recado: {link}[[ Risponda {one}: me ne occupo io.]]",
        "pt": "Um paciente de {clinic} pode estar em perigo e ninguém tratou disso ainda. Abra o Recado: {link}[[ Responda {one}: eu trato disso.]]",
    },
    ("clinic", "link", "one"),
)


def tell_danger(*, clinic_id: UUID, refs: Mapping[Phone, str]) -> frozenset[Phone]:
    """Texts these phones, in the clinic's language, at any hour. `refs` make each text go once. Returns those whose text went into
    the queue. Call it inside `clinic_scope`."""
    clinic, way_of = clinics.clinic_settings(clinic_id), ways(clinic_id)
    until = business_time.now() + OF_USE

    def said(phone: Phone) -> str:
        way = way_of(phone, Purpose.STAFF, None)
        one = "1" if way is None or way.is_heard else ""  # else an answer would reach nobody
        values = {"clinic": clinic.name, "link": settings.RECADO_PUBLIC_URL, "one": one}
        return render(DANGER_ON_CALL, clinic.default_language, values).text

    intents = [Intent(Purpose.STAFF, said(phone), phone, ref=ref, expires_at=until) for phone, ref in refs.items()]
    sent = send(clinic_id=clinic_id, intents=intents, by=SYSTEM)
    return frozenset(phone for phone, one in zip(refs, sent, strict=True) if one.is_queued)
