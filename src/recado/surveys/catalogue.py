"""The surveys that come with the product, in every language of its texts. Pure literals; published versions stay.

Neutral on a locked screen: nothing tells what the visit was for. Few questions, because each one more loses people. The first
question of each fits into one text with the longest likely name of a clinic; `tests/rooms/test_survey_words.py` measures.
"""

from collections.abc import Mapping

from recado.surveys.types import Only, Question, QuestionKind, Saying, Survey

LANGUAGES = ("en", "fr", "nl", "pl", "es", "id", "de", "it", "pt")

_HOW_WAS_IT = {
    "en": Saying("How was your visit?", "poor", "very good"),
    "fr": Saying("Comment s'est passée votre visite ?", "mal", "très bien"),
    "nl": Saying("Hoe was uw bezoek?", "slecht", "heel goed"),
    "pl": Saying("Jak ocenia Pan/Pani wizytę?", "źle", "bardzo dobrze"),
    "es": Saying("¿Qué tal fue su visita?", "mal", "muy bien"),
    "id": Saying("Bagaimana kunjungan Anda?", "buruk", "sangat baik"),
    "de": Saying("Wie war Ihr Besuch?", "schlecht", "sehr gut"),
    "it": Saying("Com'è andata la visita?", "male", "molto bene"),
    "pt": Saying("Como correu a sua visita?", "mal", "muito bem"),
}
_RECOMMEND = {
    "en": Saying("Would you recommend us to others?", "no", "surely"),
    "fr": Saying("Nous recommanderiez-vous à d'autres ?", "non", "oui, volontiers"),
    "nl": Saying("Zou u ons aan anderen aanraden?", "nee", "zeker"),
    "pl": Saying("Czy poleci nas Pan/Pani innym?", "nie", "na pewno"),
    "es": Saying("¿Nos recomienda a otras personas?", "no", "seguro"),
    "id": Saying("Apakah Anda akan menyarankan kami kepada orang lain?", "tidak", "pasti"),
    "de": Saying("Würden Sie uns weiterempfehlen?", "nein", "sicher"),
    "it": Saying("Ci consiglierebbe ad altri?", "no", "certamente"),
    "pt": Saying("Recomenda-nos a outras pessoas?", "nunca", "de certeza"),
}
_WORDS = {
    "en": Saying("What should we know? Please write no medical details."),
    "fr": Saying("Que devrions-nous savoir ? Sans détails médicaux, merci."),
    "nl": Saying("Wat moeten wij weten? Schrijf geen medische gegevens."),
    "pl": Saying("Co powinniśmy wiedzieć? Prosimy bez danych medycznych."),
    "es": Saying("¿Qué debemos saber? Por favor, sin datos de salud."),
    "id": Saying("Apa yang perlu kami ketahui? Mohon tanpa rincian medis."),
    "de": Saying("Was sollten wir wissen? Bitte keine medizinischen Angaben."),
    "it": Saying("Che cosa dovremmo sapere? Senza dettagli medici, per favore."),
    "pt": Saying("O que devemos saber? Sem dados médicos, por favor."),
}
_CALL = {
    "en": Saying("May we call you about it?"),
    "fr": Saying("Pouvons-nous vous appeler à ce sujet ?"),
    "nl": Saying("Mogen wij u hierover bellen?"),
    "pl": Saying("Czy możemy zadzwonić w tej sprawie?"),
    "es": Saying("¿Podemos llamarle para hablar de ello?"),
    "id": Saying("Bolehkah kami menelepon Anda tentang hal ini?"),
    "de": Saying("Dürfen wir Sie deswegen anrufen?"),
    "it": Saying("Possiamo chiamarla per parlarne?"),
    "pt": Saying("Podemos ligar-lhe sobre isto?"),
}
_WENT_WELL = {
    "en": Saying("What went well?", choices=("seen on time", "listened to", "I know what is next")),
    "fr": Saying("Qu'est-ce qui s'est bien passé ?", choices=("à l'heure", "bien écouté", "je sais la suite")),
    "nl": Saying("Wat ging goed?", choices=("op tijd", "goed geluisterd", "ik weet wat volgt")),
    "pl": Saying("Co było dobre?", choices=("o czasie", "wysłuchano mnie", "wiem, co dalej")),
    "es": Saying("¿Qué fue bien?", choices=("puntualidad", "me escucharon", "sé qué sigue")),
    "id": Saying("Apa yang berjalan baik?", choices=("tepat waktu", "didengarkan", "tahu langkah berikutnya")),
    "de": Saying("Was war gut?", choices=("pünktlich", "zugehört", "ich weiß, wie es weitergeht")),
    "it": Saying("Che cosa è andato bene?", choices=("puntualità", "ascolto", "so cosa succede dopo")),
    "pt": Saying("O que correu bem?", choices=("a horas", "fui ouvido", "sei o que se segue")),
}
_NEXT = {
    "en": Saying("Do you know what happens next?"),
    "fr": Saying("Savez-vous quelle est la suite ?"),
    "nl": Saying("Weet u hoe het nu verder gaat?"),
    "pl": Saying("Czy wie Pan/Pani, co będzie dalej?"),
    "es": Saying("¿Sabe qué pasará ahora?"),
    "id": Saying("Apakah Anda tahu langkah selanjutnya?"),
    "de": Saying("Wissen Sie, wie es weitergeht?"),
    "it": Saying("Sa che cosa succede adesso?"),
    "pt": Saying("Sabe o que se segue?"),
}
_UNHAPPY = Only("visit", 1, 3)

AFTER_VISIT = Survey(
    "visit",
    1,
    "How was the visit?",
    (
        Question("visit", QuestionKind.RATE, _HOW_WAS_IT, low=2),
        Question("recommend", QuestionKind.RECOMMEND, _RECOMMEND),
        Question("words", QuestionKind.WORDS, _WORDS),
        Question("call", QuestionKind.CALL, _CALL, _UNHAPPY),
    ),
)
RECOMMENDATION = Survey(
    "recommend",
    1,
    "Would you recommend us?",
    (
        Question("recommend", QuestionKind.RECOMMEND, _RECOMMEND, low=4),
        Question("words", QuestionKind.WORDS, _WORDS, Only("recommend", 0, 6)),
    ),
)
WHAT_WENT_WELL = Survey(
    "went_well",
    1,
    "What went well?",
    (
        Question("visit", QuestionKind.RATE, _HOW_WAS_IT, low=2),
        Question("well", QuestionKind.SEVERAL, _WENT_WELL, Only("visit", 3, 5)),
        Question("next", QuestionKind.YES_NO, _NEXT),
        Question("words", QuestionKind.WORDS, _WORDS, _UNHAPPY),
    ),
)

# The one that a clinic has from its first day; the others are ready to be taken. And every survey by key and version.
BY_DEFAULT: tuple[Survey, ...] = (AFTER_VISIT,)
READY: tuple[Survey, ...] = (AFTER_VISIT, RECOMMENDATION, WHAT_WENT_WELL)
PRODUCT: Mapping[tuple[str, int], Survey] = {(survey.key, survey.version): survey for survey in READY}
