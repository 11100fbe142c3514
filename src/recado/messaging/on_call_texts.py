"""What staff on call are texted once somebody has taken an alarm, and who of them was called."""

from collections.abc import Collection
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from django.conf import settings

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.foundation import arrays
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone

from .wording import define_all, render

TAKEN = define_all(
    {
        "danger_yours": {
            "en": "{clinic}: {count, one: it is yours now. See who it is and call them | other: # people may be in danger and are yours now. See who they are and call each of them}: {link}",
            "fr": "{clinic} : {count, one: c'est à vous. Voyez qui c'est et appelez | other: # personnes sont à vous. Voyez qui elles sont et appelez chacune} : {link}",
            "nl": "{clinic}: {count, one: het is nu van u. Kijk wie het is en bel | other: # mensen zijn nu van u. Kijk wie het zijn en bel ze allemaal}: {link}",
            "pl": "{clinic}: {count, one: sprawa jest Twoja. Sprawdź, kto to, i zadzwoń | few: # sprawy są Twoje. Sprawdź, kto to, i zadzwoń do każdej osoby | many: # spraw jest Twoich. Sprawdź, kto to, i zadzwoń do każdej osoby | other: # sprawy jest Twoje. Sprawdź, kto to, i zadzwoń do każdej osoby}: {link}",
            "es": "{clinic}: {count, one: ahora es suyo. Vea quién es y llame | other: # personas son ahora suyas. Vea quiénes son y llame a cada una}: {link}",
            "id": "{clinic}: sekarang Anda yang menangani {count} orang. Lihat siapa dan telepon: {link}",
            "de": "{clinic}: {count, one: Es ist jetzt Ihre Sache. Sehen Sie nach, wer es ist, und rufen Sie an | other: # Personen sind jetzt Ihre Sache. Sehen Sie nach, wer sie sind, und rufen Sie alle an}: {link}",
            "it": "{clinic}: {count, one: ora tocca a lei. Guardi chi è e chiami | other: # persone ora toccano a lei. Guardi chi sono e le chiami tutte}: {link}",
            "pt": "{clinic}: {count, one: agora é consigo. Veja quem é e ligue | other: # pessoas são agora consigo. Veja quem são e ligue a cada uma}: {link}",
        },
        "danger_seen_to": {
            "en": "{clinic}: somebody sees to it[[, {name}]]. You need do nothing.",
            "fr": "{clinic} : quelqu'un s'en occupe[[, {name}]]. Vous n'avez rien à faire.",
            "nl": "{clinic}: iemand heeft het opgepakt[[, {name}]]. U hoeft niets te doen.",
            "pl": "{clinic}: ktoś się tym zajął[[, {name}]]. Nic nie trzeba robić.",
            "es": "{clinic}: ya se ocupa alguien[[, {name}]]. No tiene que hacer nada.",
            "id": "{clinic}: sudah ada yang menangani[[, {name}]]. Anda tidak perlu berbuat apa-apa.",
            "de": "{clinic}: Jemand kümmert sich[[, {name}]]. Sie müssen nichts tun.",
            "it": "{clinic}: se ne occupa qualcuno[[, {name}]]. Non deve fare nulla.",
            "pt": "{clinic}: já há quem trate disso[[, {name}]]. Não precisa de fazer nada.",
        },
    },
    ("clinic", "link", "name", "count"),
)
# The texts that called somebody are those of their reference; the number as a range, as in histories.LAST_PURPOSES.
CALLED: LiteralString = """
SELECT p.phone_bi, m.at FROM unnest(%(phones)s) AS p (phone_bi), LATERAL (
    SELECT n.at FROM messaging_message n
    WHERE n.clinic_id = %(clinic)s AND n.phone_bi >= p.phone_bi AND n.phone_bi <= p.phone_bi AND n.purpose = %(staff)s
        AND n.verdict <> 'never' AND EXISTS (SELECT FROM messaging_reference r
            WHERE r.clinic_id = n.clinic_id AND r.message_id = n.id AND r.ref LIKE 'on\\_call:%%')
    ORDER BY n.phone_bi DESC, n.id DESC LIMIT 1) AS m
"""


def seen_to(clinic_id: UUID, name: str) -> str:
    """ "Somebody sees to it." """
    clinic = clinics.clinic_settings(clinic_id)
    return render(TAKEN["danger_seen_to"], clinic.default_language, {"clinic": clinic.name, "name": name}).text


def yours(clinic_id: UUID, count: int) -> str:
    """ "It is yours now", or so many are."""
    clinic = clinics.clinic_settings(clinic_id)
    values = {"clinic": clinic.name, "link": settings.RECADO_PUBLIC_URL, "count": str(count)}
    return render(TAKEN["danger_yours"], clinic.default_language, values).text


def called_at(clinic_id: UUID, phones: Collection[Phone]) -> dict[Phone, datetime]:
    """When each of these phones was called last because of an alarm, where it was. Call it inside `clinic_scope`."""
    ring = keys_for(clinic_id)
    by_key = {ring.blind_index("phone", phone.e164): phone for phone in phones}
    values = {"clinic": clinic_id, "phones": arrays.bytea_array(list(by_key)), "staff": int(Purpose.STAFF)}
    with plain_cursor() as cursor:
        rows = cursor.execute(CALLED, values, prepare=False).fetchall()
    return {by_key[bytes(key)]: at for key, at in rows}
