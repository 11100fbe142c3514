"""What people are shown when they agree to texts, by version and language. Literal, pure.

A version is never changed once somebody may have agreed to it: new words are a new version, and the proof of an old one
goes on showing the old words. What is stored as proof names version and language: `1/fr`.
"""

from collections.abc import Collection
from dataclasses import dataclass

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
NEWEST = max(TEXTS)


@dataclass(frozen=True, slots=True)
class Shown:
    """A wording as it is put before somebody, and the name under which the proof keeps it."""

    version: str
    lead: str
    groups: dict[PurposeGroup, str]
    end: str

    def whole(self, groups: Collection[PurposeGroup]) -> str:
        """All of it in one line, with what was agreed to."""
        named = "; ".join(self.groups[group] for group in EVERYTHING if group in groups)
        return f"{self.lead} {named}. {self.end}"


def shown(language: str, clinic: str) -> Shown:
    """The newest version in a language; where there is none in it, in English."""
    code = language.split("-")[0].lower()
    return _shown(NEWEST, code if code in TEXTS[NEWEST] else FALLBACK, clinic)


def agreed_to(version: str, clinic: str) -> Shown | None:
    """What a proof's version said; None: it isn't one of ours (another system told of it, or nothing was shown)."""
    number, _, code = version.partition("/")
    if not number.isdecimal() or code not in TEXTS.get(int(number), {}):
        return None
    return _shown(int(number), code, clinic)


def _shown(number: int, code: str, clinic: str) -> Shown:
    wording = TEXTS[number][code]
    return Shown(f"{number}/{code}", wording.lead.replace("{clinic}", clinic), wording.groups, wording.end)
