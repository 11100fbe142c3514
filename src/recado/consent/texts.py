"""What people are shown when they agree to texts, by version and language. Literal, pure.

A version is never changed once somebody may have agreed to it: new words are a new version, and the proof of an old one
goes on showing the old words. What is stored as proof names version and language: `1/fr`.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from .types import EVERYTHING, PurposeGroup

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Wording:
    """One version in one language. `{clinic}` in `lead` stands for the clinic's name."""

    lead: str
    groups: dict[PurposeGroup, str]
    end: str


def _wording(lead: str, care: str, billing: str, survey: str, news: str, end: str) -> Wording:
    return Wording(lead, dict(zip(EVERYTHING, (care, billing, survey, news), strict=True)), end)


TEXTS: dict[int, dict[str, Wording]] = {
    1: {
        "en": _wording(
            "I agree that {clinic} sends text messages to my phone about:",
            "my appointments and my care",
            "my bills",
            "surveys after a visit",
            "health news, such as the flu clinic or opening times",
            "I can stop each of these at any time, free of charge: on this page, at the desk, or by a text with STOP.",
        ),
        "fr": _wording(
            "J’accepte que {clinic} envoie des SMS sur mon téléphone concernant :",
            "mes rendez-vous et mes soins",
            "mes factures",
            "des enquêtes après une visite",
            "des informations de santé, par exemple la vaccination ou les horaires",
            "Je peux arrêter chacun d’eux à tout moment, sans frais : sur cette page, à l’accueil ou par un SMS avec STOP.",
        ),
        "nl": _wording(
            "Ik ga ermee akkoord dat {clinic} sms-berichten naar mijn telefoon stuurt over:",
            "mijn afspraken en mijn zorg",
            "mijn rekeningen",
            "vragenlijsten na een bezoek",
            "gezondheidsnieuws, zoals de griepprik of openingstijden",
            "Ik kan elk hiervan op elk moment gratis stoppen: op deze pagina, aan de balie of met een sms met STOP.",
        ),
        "pl": _wording(
            "Zgadzam się, aby {clinic} wysyłała SMS-y na mój telefon o tym:",
            "moje wizyty i moje leczenie",
            "moje rachunki",
            "ankiety po wizycie",
            "wiadomości o zdrowiu, na przykład szczepienia lub godziny otwarcia",
            "Każdą z tych zgód mogę w każdej chwili bezpłatnie cofnąć: na tej stronie, w rejestracji lub SMS-em STOP.",
        ),
        "es": _wording(
            "Acepto que {clinic} envíe mensajes de texto a mi teléfono sobre:",
            "mis citas y mi atención",
            "mis facturas",
            "encuestas después de una visita",
            "noticias de salud, como la vacunación o los horarios",
            "Puedo parar cada uno en cualquier momento y sin coste: en esta página, en recepción o con un mensaje BAJA o STOP.",
        ),
        "id": _wording(
            "Saya setuju {clinic} mengirim SMS ke ponsel saya tentang:",
            "janji temu dan perawatan saya",
            "tagihan saya",
            "survei setelah kunjungan",
            "kabar kesehatan, misalnya vaksinasi atau jam buka",
            "Saya bisa menghentikan masing-masing kapan saja, gratis: di halaman ini, di loket, atau dengan SMS STOP.",
        ),
        "de": _wording(
            "Ich bin einverstanden, dass {clinic} SMS an mein Telefon schickt über:",
            "meine Termine und meine Behandlung",
            "meine Rechnungen",
            "Umfragen nach einem Besuch",
            "Gesundheitsnachrichten, etwa die Grippeimpfung oder Öffnungszeiten",
            "Jedes davon kann ich jederzeit kostenlos beenden: auf dieser Seite, am Empfang oder mit einer SMS mit STOP.",
        ),
        "it": _wording(
            "Accetto che {clinic} invii SMS al mio telefono su:",
            "i miei appuntamenti e le mie cure",
            "le mie fatture",
            "sondaggi dopo una visita",
            "notizie sulla salute, per esempio le vaccinazioni o gli orari",
            "Posso fermare ciascuno in ogni momento e senza costi: in questa pagina, alla reception o con un SMS con STOP.",
        ),
        "pt": _wording(
            "Aceito que {clinic} envie SMS para o meu telefone sobre:",
            "as minhas consultas e os meus cuidados",
            "as minhas faturas",
            "inquéritos depois de uma visita",
            "notícias de saúde, como a vacinação ou os horários",
            "Posso parar cada um a qualquer momento e sem custos: nesta página, na receção ou com um SMS com STOP.",
        ),
    },
}
_ENDS_OF_2 = {
    "en": "I can stop each of these at any time, free of charge: on the page behind the link in a message, at the desk, or by a text"
    " with STOP.",
    "fr": "Je peux arrêter chacun d’eux à tout moment, sans frais : sur la page du lien d’un message, à l’accueil ou par un SMS avec"
    " STOP.",
    "nl": "Ik kan elk hiervan op elk moment gratis stoppen: op de pagina achter de link in een bericht, aan de balie of met een sms"
    " met STOP.",
    "pl": "Każdą z tych zgód mogę w każdej chwili bezpłatnie cofnąć: na stronie z linku w wiadomości, w rejestracji lub SMS-em STOP.",
    "es": "Puedo parar cada uno en cualquier momento y sin coste: en la página del enlace de un mensaje, en recepción o con un mensaje"
    " BAJA o STOP.",
    "id": "Saya bisa menghentikan masing-masing kapan saja, gratis: di halaman pada tautan dalam pesan, di loket, atau dengan SMS STOP.",
    "de": "Jedes davon kann ich jederzeit kostenlos beenden: auf der Seite hinter dem Link in einer Nachricht, am Empfang oder mit"
    " einer SMS mit STOP.",
    "it": "Posso fermare ciascuno in ogni momento e senza costi: nella pagina del link di un messaggio, alla reception o con un SMS con"
    " STOP.",
    "pt": "Posso parar cada um a qualquer momento e sem custos: na página da ligação de uma mensagem, na receção ou com um SMS com"
    " STOP.",
}
# The same words stand on a poster and on a form to sign, where 1 said "on this page".
TEXTS[2] = {code: replace(wording, end=_ENDS_OF_2[code]) for code, wording in TEXTS[1].items()}
NEWEST = max(TEXTS)

# What is read out before texts may say what a visit or a medicine is. `{clinic}` stands for the clinic's name.
CLINICAL: dict[int, dict[str, str]] = {
    1: {
        "en": "I agree that text messages from {clinic} to my phone may say what a visit or a medicine is for. Text messages are not"
        " encrypted: the phone companies can read them, and so can whoever sees my phone. Results and illnesses are never written"
        " in them. I can take this back at any time, free of charge: on the page behind the link in a message, or at the desk.",
        "fr": "J’accepte que les SMS de {clinic} sur mon téléphone disent l’objet d’un rendez-vous ou le nom d’un médicament. Les SMS"
        " ne sont pas chiffrés : les opérateurs et toute personne qui voit mon téléphone peuvent les lire. Ni résultats ni maladies"
        " n’y figurent jamais. Je peux revenir sur cet accord à tout moment, sans frais : sur la page du lien ou à l’accueil.",
        "nl": "Ik ga ermee akkoord dat sms-berichten van {clinic} op mijn telefoon zeggen waarvoor een afspraak of medicijn is."
        " Sms-berichten zijn niet versleuteld: de telefoonbedrijven en wie mijn telefoon ziet, kunnen ze lezen. Uitslagen en ziekten"
        " staan er nooit in. Ik kan dit op elk moment gratis intrekken: op de pagina achter de link of aan de balie.",
        "pl": "Zgadzam się, aby SMS-y od {clinic} na mój telefon mówiły, czego dotyczy wizyta lub jaki to lek. SMS-y nie są szyfrowane:"
        " mogą je przeczytać operatorzy i każdy, kto widzi mój telefon. Nigdy nie ma w nich wyników ani chorób. Mogę to w każdej"
        " chwili bezpłatnie cofnąć: na stronie z linku albo w rejestracji.",
        "es": "Acepto que los mensajes de {clinic} a mi teléfono digan para qué es una cita o un medicamento. Los mensajes no van"
        " cifrados: pueden leerlos las compañías telefónicas y quien vea mi teléfono. Nunca llevan resultados ni enfermedades. Puedo"
        " retirarlo en cualquier momento y sin coste: en la página del enlace o en recepción.",
        "id": "Saya setuju SMS dari {clinic} ke ponsel saya menyebut untuk apa janji temu atau obat itu. SMS tidak dienkripsi: operator"
        " telepon dan siapa pun yang melihat ponsel saya dapat membacanya. Hasil dan penyakit tidak pernah ditulis. Saya bisa menarik"
        " persetujuan ini kapan saja, gratis: di halaman pada tautan atau di loket.",
        "de": "Ich bin einverstanden, dass SMS von {clinic} an mein Telefon sagen, wofür ein Termin oder ein Medikament ist. SMS sind"
        " nicht verschlüsselt: Telefonfirmen und alle, die mein Telefon sehen, können sie lesen. Ergebnisse und Krankheiten stehen nie"
        " darin. Ich kann das jederzeit kostenlos zurücknehmen: auf der Seite hinter dem Link oder am Empfang.",
        "it": "Accetto che gli SMS di {clinic} sul mio telefono dicano per che cosa è una visita o un medicinale. Gli SMS non sono"
        " cifrati: possono leggerli le compagnie telefoniche e chi vede il mio telefono. Non contengono mai risultati né malattie."
        " Posso ritirarlo in ogni momento e senza costi: nella pagina del link o alla reception.",
        "pt": "Aceito que os SMS de {clinic} para o meu telefone digam para que é uma consulta ou um medicamento. Os SMS não são"
        " cifrados: as operadoras e quem vir o meu telefone podem lê-los. Nunca trazem resultados nem doenças. Posso retirar isto a"
        " qualquer momento e sem custos: na página da ligação ou na receção.",
    },
}
CLINICAL_MARK = "clinical-"  # begins the version of these


@dataclass(frozen=True, slots=True)
class Shown:
    """A wording as it is put before somebody, and the name under which the proof keeps it."""

    version: str
    lead: str
    groups: dict[PurposeGroup, str]
    end: str

    def whole(self, groups: Collection[PurposeGroup]) -> str:
        """All of it in one line, with what was agreed to."""
        if not self.groups:
            return self.lead
        named = "; ".join(self.groups[group] for group in EVERYTHING if group in groups)
        return f"{self.lead} {named}. {self.end}"


def shown(language: str, clinic: str) -> Shown:
    """The newest version in a language; where there is none in it, in English."""
    code = language.split("-")[0].lower()
    return _shown(NEWEST, code if code in TEXTS[NEWEST] else FALLBACK, clinic)


def versions() -> list[str]:
    """The names of all versions in all languages, newest first: a form may have been printed before the newest was written."""
    return [f"{number}/{code}" for number in sorted(TEXTS, reverse=True) for code in TEXTS[number]]


def clinical_shown(language: str, clinic: str) -> Shown:
    """What is agreed to before texts may say what a visit or a medicine is: the newest version, as `shown`."""
    number, code = max(CLINICAL), language.split("-")[0].lower()
    return _clinical(number, code if code in CLINICAL[number] else FALLBACK, clinic)


def agreed_to(version: str, clinic: str) -> Shown | None:
    """What a proof's version said; None: it isn't one of ours (another system told of it, or nothing was shown)."""
    number, _, code = version.partition("/")
    is_clinical = number.startswith(CLINICAL_MARK)
    number = number.removeprefix(CLINICAL_MARK)
    if is_clinical:
        is_ours = number.isdecimal() and code in CLINICAL.get(int(number), {})
        return _clinical(int(number), code, clinic) if is_ours else None
    if not number.isdecimal() or code not in TEXTS.get(int(number), {}):
        return None
    return _shown(int(number), code, clinic)


def _shown(number: int, code: str, clinic: str) -> Shown:
    wording = TEXTS[number][code]
    return Shown(f"{number}/{code}", wording.lead.replace("{clinic}", clinic), wording.groups, wording.end)


def _clinical(number: int, code: str, clinic: str) -> Shown:
    return Shown(f"{CLINICAL_MARK}{number}/{code}", CLINICAL[number][code].replace("{clinic}", clinic), {}, "")
