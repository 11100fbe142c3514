"""What stands in the place of a text about a visit for whoever chose neutral texts: who writes and what to do, no day, hour or
name of a clinician. The link's page tells the rest. Pure literals.
"""

from recado.consent.types import Privacy

from .booking_wordings import NEUTRAL_TIMES, TIMES
from .clinical_wordings import CLINICAL
from .waitlist_wordings import NEUTRAL_OFFER
from .wish_wordings import NEUTRAL_SURE
from .wordings import BY_LINK, QUESTIONS, WORDINGS
from .wordings_of_the_day import CHECK_IN_NEUTRAL

_NEWS = {
    "en": "{clinic}: [[{name}, ]]there is news about your appointment: {link}",
    "fr": "{clinic} : [[{name}, ]]du nouveau pour votre rendez-vous : {link}",
    "nl": "{clinic}: [[{name}, ]]er is nieuws over uw afspraak: {link}",
    "pl": "{clinic}: [[{name}, ]]nowa wiadomość o wizycie: {link}",
    "es": "{clinic}: [[{name}, ]]hay novedades sobre su cita: {link}",
    "id": "{clinic}: [[{name}, ]]ada kabar tentang janji Anda: {link}",
    "de": "{clinic}: [[{name}, ]]es gibt Neues zu Ihrem Termin: {link}",
    "it": "{clinic}: [[{name}, ]]ci sono novità sul suo appuntamento: {link}",
    "pt": "{clinic}: [[{name}, ]]temos novidades sobre a sua consulta: {link}",
}
_REMINDER = {
    "en": "{clinic}: [[{name}, ]]a reminder of your appointment: {link}",
    "fr": "{clinic} : [[{name}, ]]rappel de votre rendez-vous : {link}",
    "nl": "{clinic}: [[{name}, ]]een herinnering aan uw afspraak: {link}",
    "pl": "{clinic}: [[{name}, ]]przypominamy o wizycie: {link}",
    "es": "{clinic}: [[{name}, ]]le recordamos su cita: {link}",
    "id": "{clinic}: [[{name}, ]]pengingat janji Anda: {link}",
    "de": "{clinic}: [[{name}, ]]eine Erinnerung an Ihren Termin: {link}",
    "it": "{clinic}: [[{name}, ]]un promemoria del suo appuntamento: {link}",
    "pt": "{clinic}: [[{name}, ]]um lembrete da sua consulta: {link}",
}
_QUESTION = {
    "en": "{clinic}: [[{name}, ]]please confirm, change or cancel your appointment: {link}",
    "fr": "{clinic} : [[{name}, ]]votre rendez-vous, à confirmer, changer ou annuler : {link}",
    "nl": "{clinic}: [[{name}, ]]uw afspraak: ja, andere tijd of nee: {link}",
    "pl": "{clinic}: [[{name}, ]]prosimy potwierdzić wizytę: {link}",
    "es": "{clinic}: [[{name}, ]]confirme, cambie o cancele su cita: {link}",
    "id": "{clinic}: [[{name}, ]]konfirmasi, ubah atau batal janji: {link}",
    "de": "{clinic}: [[{name}, ]]Termin zusagen, verlegen oder absagen: {link}",
    "it": "{clinic}: [[{name}, ]]confermi, cambi o annulli l'appuntamento: {link}",
    "pt": "{clinic}: [[{name}, ]]confirme, mude ou cancele a consulta: {link}",
}
_CALL = {
    "en": "{clinic}: [[{name}, ]]please call us about your appointment[[: {phone}]].",
    "fr": "{clinic} : [[{name}, ]]merci de nous appeler pour votre rendez-vous[[ : {phone}]].",
    "nl": "{clinic}: [[{name}, ]]bel ons alstublieft over uw afspraak[[: {phone}]].",
    "pl": "{clinic}: [[{name}, ]]prosimy o telefon w sprawie wizyty[[: {phone}]].",
    "es": "{clinic}: [[{name}, ]]por favor, llame por su cita[[: {phone}]].",
    "id": "{clinic}: [[{name}, ]]silakan telepon kami tentang janji Anda[[: {phone}]].",
    "de": "{clinic}: [[{name}, ]]bitte rufen Sie uns wegen Ihres Termins an[[: {phone}]].",
    "it": "{clinic}: [[{name}, ]]ci chiami per il suo appuntamento[[: {phone}]].",
    "pt": "{clinic}: [[{name}, ]]por favor ligue-nos sobre a sua consulta[[: {phone}]].",
}
_NOTED = {
    "en": "{clinic}: thank you[[, {name}]], we have noted it.",
    "fr": "{clinic} : merci[[ {name}]], c'est noté.",
    "nl": "{clinic}: dank u[[, {name}]], wij hebben het genoteerd.",
    "pl": "{clinic}: dziękujemy[[, {name}]], zapisaliśmy to.",
    "es": "{clinic}: gracias[[, {name}]], queda anotado.",
    "id": "{clinic}: terima kasih[[, {name}]], sudah kami catat.",
    "de": "{clinic}: Danke[[, {name}]], wir haben es notiert.",
    "it": "{clinic}: grazie[[, {name}]], ne abbiamo preso nota.",
    "pt": "{clinic}: obrigado[[, {name}]], ficou anotado.",
}

NEUTRAL: dict[str, dict[str, str]] = {
    **dict.fromkeys(("visit_confirmation", "visit_moved", "visit_clinician", "visits_series"), _NEWS),
    **dict.fromkeys(("visit_today", "visit_arrival", "visit_first"), _REMINDER),
    **dict.fromkeys((*QUESTIONS, *BY_LINK.values()), _QUESTION),
    **dict.fromkeys(
        ("visit_cancelled_by_clinic", "visit_cancelled", "visit_missed", "visits_confirmation", "visits_question"),
        _CALL,
    ),
    "visit_missed_link": WORDINGS["booking_link"],
    "visit_check_in": CHECK_IN_NEUTRAL,
    "visit_cancel_sure": NEUTRAL_SURE,
    **dict.fromkeys(("waitlist_offer", "waitlist_offer_by_link"), NEUTRAL_OFFER),
    **dict.fromkeys(("waitlist_won", "waitlist_joined"), _NOTED),
    **dict.fromkeys(TIMES, NEUTRAL_TIMES),
    **dict.fromkeys(("answer_confirmed", "answer_cancelled", "answer_change_noted"), _NOTED),
}
"""By the key of the text that it stands for. Texts that name neither place nor time have none: they are neutral."""

LEVELS: dict[str, dict[Privacy, dict[str, str]]] = {
    key: {Privacy.NEUTRAL: NEUTRAL[key], Privacy.PLACE_AND_TIME: texts} if key in NEUTRAL else {Privacy.NEUTRAL: texts}
    for key, texts in WORDINGS.items()
}
for _key, _texts in CLINICAL.items():
    LEVELS[_key][Privacy.CLINICAL] = _texts
