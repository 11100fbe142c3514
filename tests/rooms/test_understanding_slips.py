"""Numbers taken back, clocks that sound like blows, small children, bleeding, stairs, and what a text is really about."""

import pytest

from recado.conversations.understanding.alarms import alarm_in
from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context, Meaning
from recado.conversations.understanding.reading import read
from recado.conversations.understanding.stops import is_no_stop
from recado.conversations.understanding.strangers import is_somebody_else


@pytest.mark.parametrize(
    ("language", "text", "meaning"),
    [
        ("es", "1 perdón quise poner 3, no hay quien cuide a los críos", Meaning.CANCEL),
        ("fr", "1 euh non pardon 3, c'est le jour de l'enterrement de mon beau père", Meaning.CANCEL),
        ("id", "2 eh salah 3 maksudnya", Meaning.CANCEL),
        ("nl", "2.. nee wacht 3. hoeft niks nieuws", Meaning.CANCEL),
        ("pl", "3 nie, pomyłka, 1", Meaning.CONFIRM),
        ("de", "3 ups nein 2", Meaning.RESCHEDULE),
        ("en", "3 sorry i meant 1", Meaning.CONFIRM),
    ],
)
def test_number_that_is_taken_back_is_not_the_answer(language: str, text: str, meaning: Meaning) -> None:
    found = understand(text, Context.REMINDER_MENU, language=language)
    assert (found.meaning, found.acts) == (meaning, True)


@pytest.mark.parametrize("text", ["1 or 3?", "1 at 3.30", "1 for me and 3 for my husband", "1 no 3 people are coming"])
def test_two_numbers_that_take_nothing_back_do_not_act_as_the_second(text: str) -> None:
    found = understand(text, Context.REMINDER_MENU, language="en")
    assert not (found.acts and found.meaning is Meaning.CANCEL)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "saya konfirmasi kehadiran ayah saya hari Rabu pukul 09.00"),
        ("id", "kondisinya sudah stabil dan membaik"),
        ("en", "cancel it, i'm not sitting two hours in that corridor again"),
        ("en", "fasting since 10, gasping for a cuppa already"),
        ("fr", "la petite a renversé son chocolat"),
        ("fr", "mon ordonnance pour la tension est à préparer, il me reste trois comprimés"),
        ("fr", "jy serai avc le petit"),
        ("pl", "Umrę ze strachu na tym fotelu, ale niech będzie"),
    ],
)
def test_what_only_sounds_like_a_danger_is_none(language: str, text: str) -> None:
    assert alarm_in(text, language) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "suami saya pukul saya jam 9"),
        ("fr", "il fait un avc avec le bras qui pend"),
        ("fr", "renversé par une voiture"),
        ("nl", "baby van 5 weken drinkt sinds gister niet en wordt niet goed wakker"),
        ("de", "Baby 5 Wochen wird kaum wach"),
        ("pl", "11 tydz i od nocy krwawię coraz mocniej"),
        ("it", "11 settimane e perdo sempre più sangue, aspetto giovedì?"),
        ("en", "38 weeks and greenish water coming out, can we move it"),
        ("pl", "zielone wody w 38 tygodniu"),
        ("fr", "il m'a poussée dans l'escalier, annulez"),
        ("id", "saya didorong suami dari tangga, batal ya"),
        ("de", "er hat mich die treppe runtergestoßen"),
        ("it", "mi ha messo le mani al collo, sposti l'appuntamento"),
        ("fr", "je n'aurai plus besoin de rien après ce soir, remerciez le docteur"),
    ],
)
def test_danger_is_heard_by_the_tables_also_beside_a_wish(language: str, text: str) -> None:
    assert alarm_in(text, language)


def test_who_wants_the_texts_back_or_complains_ends_none() -> None:
    back = "I asked you to quit the texts in summer but I keep forgetting things, switch them on again would you"
    assert understand(back, language="en").meaning is Meaning.START
    rude = understand("jangan judes2 lagi", language="id")
    assert rude.meaning is not Meaning.STOP and not rude.acts


def test_who_wants_to_hear_of_vaccines_no_more_wants_no_texts_about_them() -> None:
    said = "I don't want to hear about vaccines any more thank you"
    assert not is_no_stop(read(said, "en"), said)
    jab = "I don't want the vaccine any more"
    assert is_no_stop(read(jab, "en"), jab)


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("de", Context.NONE, "lassen Sie uns das in Ruhe besprechen"),
        ("nl", Context.REMINDER, "Ik ben op vakantie en lees mijn berichten pas weer vanaf de 15e"),
        ("id", Context.NONE, "Terima kasih telah menghubungi Toko Berkah. Kami akan membalas pesan Anda secepatnya."),
        ("en", Context.NONE, "keep these texts coming please"),
        ("en", Context.CAMPAIGN, "I'll stop by reception first for the forms"),
    ],
)
def test_what_only_the_models_take_for_a_stop_ends_no_texts(language: str, context: Context, text: str) -> None:
    found = understand(text, context, language=language)
    assert not (found.meaning is Meaning.STOP and found.acts)


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("nl", Context.WAITLIST_OFFER, "nee en rot op met je wachtlijst appjes"),
        ("pl", Context.WAITLIST_OFFER, "nie biorę tego terminu i odczepcie się ode mnie z tymi propozycjami"),
        ("es", Context.WAITLIST_OFFER, "no y no me jodan más con la lista esa"),
        ("en", Context.CAMPAIGN, "stop textin me about flu jabs, had it at the chemist weeks ago"),
        ("es", Context.NONE, "no hace falta que sigan enviando avisos"),
        ("fr", Context.REMINDER, "Ayez l'obligeance de cesser ces messages"),
    ],
)
def test_stop_beside_a_list_a_visit_or_a_reason_is_heard(language: str, context: Context, text: str) -> None:
    assert understand(text, context, language=language).meaning is Meaning.STOP


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "świniobicie u teściów w sobotę, nie ma opcji, dajcie mnie na następną"),
        ("id", "hujan deres banjir sini, besok aja ya dok"),
        ("id", "cancel min, motor mogok mati total di jalan"),
        ("pl", "Córka nie będzie mogła się stawić 9"),
    ],
)
def test_who_wants_another_time_or_cannot_come_is_not_taken_for_the_contrary(language: str, text: str) -> None:
    found = understand(text, Context.REMINDER, language=language)
    wrong = {
        "cancel min, motor mogok mati total di jalan": Meaning.RUNNING_LATE,
        "Córka nie będzie mogła się stawić 9": Meaning.CONFIRM,
    }
    assert not (found.acts and found.meaning is wrong.get(text, Meaning.CANCEL))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Czwarty raz piszę że nie mam żadnego dziecka Oliwka, skończcie z tym!"),
        ("en", "I have no son called Gerald, stop this"),
        ("nl", "ik heb geen zoon die Joris heet, hou op"),
        ("es", "no tengo ninguna hija que se llame Rocío"),
    ],
)
def test_parent_of_nobody_of_that_name_is_somebody_else(language: str, text: str) -> None:
    assert is_somebody_else(text)
    assert understand(text, Context.REMINDER, language=language).meaning is Meaning.WRONG_NUMBER


def test_medicine_wanted_beside_a_score_is_not_lost() -> None:
    found = understand("8, oh iya sekalian minta resep salepnya lagi dong sus", Context.SURVEY, language="id")
    assert found.meaning is Meaning.REFILL_REQUEST


def test_who_can_come_after_that_is_not_cancelled() -> None:
    text = "cant do it w/o hubby he has to drive me & hes away til the 18th so after that pls"
    assert not understand(text, Context.REMINDER, language="en").acts
