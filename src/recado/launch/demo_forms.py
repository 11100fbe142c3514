"""A form of the demo clinic: sent to two people, and filled in by one of them."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from recado.appointments import queries as appointments
from recado.consent import queries as consent
from recado.documents import actions, queries
from recado.documents.types import Answer, Field, FieldKind, Form, FormWish, Heading, Label
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker as journeys
from recado.launch.demo_past import carry
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish

KEY, PAPER = "first_visit", "paper"
SENT_BEFORE, FILLED_BEFORE = timedelta(days=2), timedelta(hours=20)
ANSWERS: dict[str, Answer] = {
    "q1": "None",
    "q2": "Amlodipine 5 mg in the morning",
    "q3": "no",
    "q4": (2,),
    "q5": (1, 2),
    "q6": "2025-11-03",
}


# A question in each language of the screens, then its choices, with | between them.
LANGUAGES = ("en", "fr", "nl", "pl", "es", "id")
HEADINGS = (
    ("Before your first visit", "Seven questions, about three minutes. Leave out what you do not know."),
    ("Avant votre première visite", "Sept questions, trois minutes environ. Laissez ce que vous ne savez pas."),
    ("Voor uw eerste bezoek", "Zeven vragen, ongeveer drie minuten. Sla over wat u niet weet."),
    ("Przed pierwszą wizytą", "Siedem pytań, około trzech minut. Czego Pani/Pan nie wie, można pominąć."),
    ("Antes de su primera visita", "Siete preguntas, unos tres minutos. Deje en blanco lo que no sepa."),
    ("Sebelum kunjungan pertama", "Tujuh pertanyaan, sekitar tiga menit. Lewati yang tidak Anda ketahui."),
)
ALLERGIES = (
    "Which allergies do you have?",
    "Quelles allergies avez-vous ?",
    "Welke allergieën hebt u?",
    "Jakie ma Pani/Pan alergie?",
    "¿Qué alergias tiene?",
    "Alergi apa saja yang Anda miliki?",
)
MEDICINES = (
    "Which medicines do you take?",
    "Quels médicaments prenez-vous ?",
    "Welke medicijnen gebruikt u?",
    "Jakie leki Pani/Pan bierze?",
    "¿Qué medicamentos toma?",
    "Obat apa saja yang Anda minum?",
)
SMOKES = (
    "Do you smoke?",
    "Fumez-vous ?",
    "Rookt u?",
    "Czy pali Pani/Pan papierosy?",
    "¿Fuma?",
    "Apakah Anda merokok?",
)
EXERCISE = (
    "How often do you exercise? | Hardly ever | Once or twice a week | More often",
    "Faites-vous de l'exercice ? | Presque jamais | Une ou deux fois par semaine | Plus souvent",
    "Hoe vaak beweegt u? | Bijna nooit | Een of twee keer per week | Vaker",
    "Jak często Pani/Pan ćwiczy? | Prawie nigdy | Raz lub dwa razy w tygodniu | Częściej",
    "¿Con qué frecuencia hace ejercicio? | Casi nunca | Una o dos veces por semana | Más a menudo",
    "Seberapa sering Anda berolahraga? | Hampir tidak pernah | Satu atau dua kali seminggu | Lebih sering",
)
HELPS = (
    "What helps you at a visit? | No steps | Large print | An interpreter",
    "Qu'est-ce qui vous aide ? | Pas de marches | De gros caractères | Un interprète",
    "Wat helpt u bij een bezoek? | Geen trappen | Grote letters | Een tolk",
    "Co pomaga podczas wizyty? | Brak schodów | Duży druk | Tłumacz",
    "¿Qué le ayuda en una visita? | Sin escalones | Letra grande | Un intérprete",
    "Apa yang membantu Anda saat kunjungan? | Tanpa tangga | Huruf besar | Penerjemah",
)
BLOOD_TEST = (
    "When was your last blood test?",
    "Votre dernière prise de sang ?",
    "Wanneer was uw laatste bloedonderzoek?",
    "Kiedy było ostatnie badanie krwi?",
    "¿Cuándo fue su último análisis de sangre?",
    "Kapan tes darah terakhir Anda?",
)
WHOM_TO_CALL = (
    "Whom may we call in an emergency?",
    "Qui appeler en cas d'urgence ?",
    "Wie mogen wij bellen in een noodgeval?",
    "Do kogo dzwonić w nagłym przypadku?",
    "¿A quién podemos llamar en una emergencia?",
    "Siapa yang boleh kami hubungi dalam keadaan darurat?",
)


def _says(words: Sequence[str]) -> dict[str, Label]:
    said = {}
    for language, one in zip(LANGUAGES, words, strict=True):
        text, *choices = one.split(" | ")
        said[language] = Label(text, choices=tuple(choices))
    return said


FORM = Form(
    KEY,
    0,
    "First visit",
    {language: Heading(*words) for language, words in zip(LANGUAGES, HEADINGS, strict=True)},
    (
        Field("q1", FieldKind.LONG, _says(ALLERGIES), True),
        Field("q2", FieldKind.LONG, _says(MEDICINES), True),
        Field("q3", FieldKind.YES_NO, _says(SMOKES)),
        Field("q4", FieldKind.CHOICE, _says(EXERCISE)),
        Field("q5", FieldKind.SEVERAL, _says(HELPS)),
        Field("q6", FieldKind.DATE, _says(BLOOD_TEST)),
        Field("q7", FieldKind.SHORT, _says(WHOM_TO_CALL)),
    ),
    needs_code=False,
)


def load(clinic_id: UUID, by: Actor) -> int:
    """Publishes the form, sends it before two visits that come, and has the first person fill it in. Returns how many were sent."""
    now = business_time.now()
    with clinic_scope(clinic_id):
        actions.begin_form(clinic_id=clinic_id, form=FORM, by=by)
        actions.publish_form(clinic_id=clinic_id, key=KEY, by=by)
        visits = appointments.between(clinic_id, now + timedelta(days=5), now + timedelta(days=14))
        people = consent.recipients(clinic_id, {visit.patient_id for visit in visits})
    chosen = [visit for visit in visits if people[visit.patient_id].phone is not None][:2]
    sent = []
    with business_time.standing_at(now - SENT_BEFORE):
        for visit in chosen:
            wish = FormWish(KEY, visit.patient_id, visit.starts_at, visit.id)
            sent.append(actions.send_form(clinic_id=clinic_id, wish=wish, by=by))
        with connect(Role.MAINTENANCE, autocommit=True) as connection:
            journeys.run_due(connection)
        carry(clinic_id, now - SENT_BEFORE)
    carry(clinic_id, now)  # what waited for the hours of planned texts
    for visit, document_id in zip(chosen[:1], sent, strict=False):
        phone = people[visit.patient_id].phone_bi
        with business_time.standing_at(now - FILLED_BEFORE), clinic_scope(clinic_id):
            wish_of_link = LinkWish(PAPER, document_id, visit.patient_id, phone, visit.starts_at)
            token = messaging.make_links(clinic_id=clinic_id, wishes=[wish_of_link])[0].rsplit("/", 1)[1]
        with business_time.standing_at(now - FILLED_BEFORE):
            actions.fill_form(token, "", queries.head_in(FORM, people[visit.patient_id].language)[0], ANSWERS)
    return len(sent)
