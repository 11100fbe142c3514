"""What sounds a danger and is said of a thing: a phone that is dying, help with numbers that nobody understands. And what hangs on nothing."""

import pytest

from recado.conversations.understanding.deciding import look, understand
from recado.conversations.understanding.meanings import VISITS, Context, Meaning
from recado.conversations.understanding.reading import read
from recado.conversations.understanding.stops import goes_on

DYING = {
    "en": ("my phone's dying, will reply later", "battery dying"),
    "fr": ("mon tel va mourir je réponds ce soir", "ma batterie meurt"),
    "nl": ("mijn telefoon gaat dood",),
    "pl": ("telefon mi umiera odpisze potem",),
    "es": ("se me está muriendo la batería", "se me muere el móvil"),
    "id": ("hp mau mati nanti dibalas", "batre sekarat"),
    "de": ("Handy stirbt gleich",),
    "it": ("mi sta morendo il telefono", "il cellulare sta per morire"),
    "pt": ("o telemóvel está a morrer",),
}
PUZZLED = {
    "en": ("help me I don't understand these numbers",),
    "fr": ("aidez moi je comprends rien aux codes",),
    "nl": ("help mij ik snap die cijfers niet",),
    "pl": ("pomocy nie rozumiem tych numerków",),
    "es": ("ayúdenme no entiendo los números",),
    "id": ("tolong saya ga ngerti angkanya",),
    "de": ("hilfe ich verstehe die zahlen nicht",),
    "it": ("aiutatemi non capisco i numeri",),
    "pt": ("ajudem me não percebo os números",),
}


@pytest.mark.parametrize(("language", "text"), [(one, text) for one, texts in DYING.items() for text in texts])
def test_a_phone_that_is_dying_is_no_danger(language: str, text: str) -> None:
    for context in VISITS:
        assert not understand(text, context, language=language).must_escalate, context


@pytest.mark.parametrize(("language", "text"), [(one, text) for one, texts in PUZZLED.items() for text in texts])
def test_who_wants_help_with_our_numbers_is_told_how_this_works_and_nobody_is_alarmed(language: str, text: str) -> None:
    for context in VISITS:
        found = understand(text, context, language=language)
        assert found.meaning is Meaning.HELP and not found.must_escalate, (context, found)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my dad is dying, phone me"), ("en", "phone's dying, and I have chest pain"), ("en", "phone! dad dying"),
        ("en", "help me I don't understand what is happening to my face"), ("en", "my phone is broken and my mum is dying"),
        ("fr", "aidez moi je comprends pas ce qui se passe je sens plus mon bras"), ("nl", "telefoon? mama gaat dood"),
        ("es", "se me muere mi hijo, no tengo batería"), ("id", "tolong saya ga ngerti, dada saya sakit sekali"),
        ("id", "anak kejang demam tinggi"), ("id", "anak saya demam 40"), ("id", "bayi demam"),
        ("fr", "mon patron me tue, et j'ai une douleur dans la poitrine"),
    ],
)  # fmt: skip
def test_a_person_in_danger_is_heard_beside_such_words(language: str, text: str) -> None:
    for context in Context:
        assert understand(text, context, language=language).must_escalate, context


def test_a_fever_of_a_child_that_keeps_them_at_home_is_a_cancel_and_no_alarm() -> None:
    found = understand("anak demam besok ga bisa", Context.REMINDER, language="id")
    assert found.meaning is Meaning.CANCEL and not found.must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yes, God willing"), ("en", "I'm coming even if it snows"), ("fr", "oui je serai là si Dieu le veut"),
        ("nl", "doe mij maar 1"), ("nl", "dinsdag is goed, reken maar op ons"), ("es", "sí, ahí estaré si Dios quiere"),
        ("pt", "Sim, lá estarei se Deus quiser"), ("it", "sì, se Dio vuole ci sarò"), ("de", "Ja, so Gott will komme ich"),
        ("id", "iya insyaallah saya datang"), ("pl", "tak, przyjdę, jak Bóg da"),
    ],
)  # fmt: skip
def test_a_yes_that_hangs_on_nothing_but_a_way_of_speaking_confirms(language: str, text: str) -> None:
    found = understand(text, Context.REMINDER_MENU, language=language)
    assert found.meaning is Meaning.CONFIRM and found.acts, found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'll tell you tomorrow, have to ask my boss"), ("fr", "je vous redis, faut que je demande à mon chef"),
        ("nl", "zeg ik morgen, moet ff met de baas overleggen"), ("pl", "dam znać jutro, muszę zapytać szefa"),
        ("es", "déjeme ver con mi jefe y le aviso"), ("id", "tanya suami dulu ya nanti saya kabari"),
        ("de", "sag ich morgen, muss erst den Chef fragen"), ("it", "le faccio sapere, devo chiedere al capo"),
        ("pt", "depois digo, tenho de perguntar ao chefe"),
    ],
)  # fmt: skip
def test_nothing_is_done_for_whoever_puts_the_answer_off(language: str, text: str) -> None:
    for context in (*VISITS, Context.WAITLIST_OFFER):
        found = understand(text, context, language=language)
        assert not (found.acts and found.meaning in ("confirm", "cancel", "accept_offer", "decline_offer")), found


@pytest.mark.parametrize(
    ("language", "text", "meaning"),
    [
        ("en", "Please cancel my appointment on Monday morning", "cancel"), ("fr", "je veux annuler mon rdv de lundi svp", "cancel"),
        ("nl", "Graag mijn afspraak van maandagochtend annuleren", "cancel"), ("pl", "Proszę odwołać moją wizytę w poniedziałek rano", "cancel"),
        ("es", "Por favor cancelen mi cita del lunes por la mañana", "cancel"), ("id", "Tolong batalkan janji saya senin pagi", "cancel"),
        ("fr", "je confirme le rendez-vous de mercredi 16h", "confirm"), ("pl", "potwierdzam wizytę w środę o 16", "confirm"),
    ],
)  # fmt: skip
def test_who_names_the_visit_needs_no_question_before(language: str, text: str, meaning: str) -> None:
    for context in (Context.NONE, Context.SURVEY) if meaning == "cancel" else (Context.NONE,):
        found = understand(text, context, language=language)
        assert found.meaning == meaning and found.acts, (context, found)


@pytest.mark.parametrize("text", ["cancel", "please cancel it", "I can't", "cancel my subscription", "I can't make it"])
def test_who_names_none_is_asked_which(text: str) -> None:
    for context in (Context.NONE, Context.CAMPAIGN):
        found = understand(text, context, language="en")
        assert not (found.acts and found.meaning is Meaning.CANCEL), (context, found)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("3, minggu itu keluar kota", Meaning.CANCEL), ("2, Monday is my day off", Meaning.RESCHEDULE)],
)
def test_a_number_from_the_menu_stands_though_a_day_is_named_behind_it(text: str, meaning: Meaning) -> None:
    assert understand(text, Context.REMINDER_MENU).meaning is meaning


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Who is this about?"), ("en", "who is this for"), ("fr", "c'est pour qui ?"), ("nl", "voor wie is dit?"),
        ("pl", "kogo to dotyczy?"), ("es", "¿para quién es?"), ("id", "ini untuk siapa?"), ("de", "um wen geht es?"), ("it", "per chi è?"), ("pt", "para quem é?"),
    ],
)  # fmt: skip
def test_whoever_asks_whom_a_text_is_about_is_answered_by_a_person(language: str, text: str) -> None:
    for context in (Context.NONE, Context.REMINDER):
        found = understand(text, context, language=language)
        assert not found.acts, (context, found)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Everything was explained calmly"), ("fr", "tout a été expliqué calmement"), ("nl", "alles werd rustig uitgelegd"),
        ("pl", "wszystko spokojnie wyjaśnione"), ("es", "todo explicado con calma"), ("id", "semua dijelaskan dengan tenang"),
        ("de", "Alles wurde in Ruhe erklärt."), ("de", "alles in Ruhe erklärt"), ("it", "tutto spiegato con calma"), ("pt", "tudo explicado com calma"),
    ],
)  # fmt: skip
def test_praise_in_a_survey_is_no_danger_and_asks_for_nothing(language: str, text: str) -> None:
    found = understand(text, Context.SURVEY, language=language)
    assert not found.must_escalate and not found.acts, found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "cancel it all, I'm only a burden to everyone"), ("en", "tell my kids I loved them and it's not their fault"),
        ("fr", "annulez, je suis qu'un poids pour vous tous"), ("fr", "dites à mes enfants que je les aime et que c'est pas leur faute"),
        ("nl", "zeg maar af, ben iedereen tot last"), ("nl", "de brieven zijn geschreven, ik kom niet"),
        ("pl", "nie przyjdę, jestem ciężarem dla rodziny"), ("pl", "nie chce mi sie juz zyc"), ("pl", "powiedzcie dzieciom że je kocham, to nie ich wina"),
        ("es", "no voy, ya no quiero ser una carga"), ("es", "díganle a mi hijo que lo quiero y que no tiene la culpa"),
        ("id", "ga usah, saya cuma jadi beban keluarga"), ("id", "capek hidup"), ("id", "bilang anak saya, ini bukan salah mereka"),
        ("de", "absagen, ich falle allen nur zur Last"), ("de", "sagen Sie meinen Kindern dass es nicht ihre Schuld ist"),
        ("it", "annulli, sono solo un peso per tutti"), ("it", "dite ai miei figli che gli voglio bene"),
        ("pt", "desmarque, só sou um fardo para a família"), ("pt", "digam aos meus filhos que a culpa não é deles"),
    ],
)  # fmt: skip
def test_a_farewell_told_aside_alarms_and_cancels_nothing(language: str, text: str) -> None:
    for context in (Context.REMINDER, Context.REMINDER_MENU, Context.SURVEY, Context.NONE):
        found = understand(text, context, language=language)
        assert found.must_escalate and not found.acts, (context, found)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'm dying to come back"), ("en", "can the jab cause a heart attack?"), ("en", "tell my daughter I'm on my way"), ("en", "gave my dog to my sister for the day so I can come"),
        ("fr", "est-ce que le vaccin peut provoquer un infarctus ?"), ("fr", "urgence au boulot, je serai en retard"),
        ("nl", "noodgeval op het werk, kan het een andere dag?"), ("nl", "ik heb de brief van de huisarts bij me"),
        ("pl", "czy ta szczepionka może wywołać zawał?"), ("es", "no puedo el jueves coma me cambian la cita por favor"),
        ("id", "darurat di kantor, bisa ganti hari?"), ("de", "Notfall in der Firma, geht es auch später?"),
        ("it", "emergenza al lavoro, posso spostare?"), ("pt", "emergência no trabalho, posso mudar?"),
    ],
)  # fmt: skip
def test_such_words_of_something_else_alarm_nobody(language: str, text: str) -> None:
    assert not understand(text, Context.REMINDER, language=language).must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mum says yes, this is her daughter, she can't work the phone"), ("de", "Ich nehme die Tabletten nicht mehr. Termin bleibt"),
        ("fr", "je prends plus le traitement, rdv maintenu"), ("es", "dejo las pastillas, la cita sigue"),
    ],
)  # fmt: skip
def test_a_visit_that_stays_is_not_cancelled_for_what_else_cannot_be(language: str, text: str) -> None:
    found = understand(text, Context.REMINDER, language=language)
    assert not (found.meaning is Meaning.CANCEL and found.acts), found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "stroke ringan thn 2018, obat lamanya dibawa?"),
        ("id", "dulu pernah stroke, obatnya dibawa?"),
        ("en", "I used to have seizures, shall I say so?"),
    ],
)
def test_what_is_long_over_in_short_words_alarms_nobody(language: str, text: str) -> None:
    assert not understand(text, Context.REMINDER, language=language).must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "zet de herinneringen weer aan, was te snel met stop"), ("en", "sent stop by accident, turn them back on"),
        ("pl", "przez pomyłkę stop, włączcie z powrotem"), ("pt", "stop por engano, voltem a enviar"),
    ],
)  # fmt: skip
def test_whoever_wants_texts_back_has_not_said_stop_again(language: str, text: str) -> None:
    assert goes_on(read(text, language))
    for context in (Context.NONE, Context.REMINDER):
        assert understand(text, context, language=language).meaning is not Meaning.STOP, context


def test_a_one_with_a_day_behind_it_is_no_bare_number() -> None:
    assert look("1, Monday", Context.REMINDER_MENU, "en").bare is None
    assert look("1, see you", Context.REMINDER_MENU, "en").bare is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "By the time you read this I'll be gone, cancel it"), ("en", "cancel. said goodbye to all of them tonight"),
        ("en", "By the time you read this I won't be needing appointments"),
        ("fr", "Annulez. Quand vous lirez ça je serai loin"), ("fr", "annulez tout, les cachets sont déjà avalés"),
        ("nl", "als jullie dit lezen ben ik er niet meer"), ("nl", "afspraak mag weg, de pillen zitten er al in"),
        ("pl", "odwołuję, pożegnałam się ze wszystkimi"), ("pl", "kiedy to przeczytacie mnie już nie będzie"),
        ("es", "cuando lean esto ya no estaré, anulen"), ("es", "las pastillas ya están dentro, anulen la cita"),
        ("id", "batalkan, saat kalian baca ini saya sudah pergi"), ("id", "batal aja, obat tidurnya sudah ditelan semua"),
        ("de", "Absagen. Hab mich von allen verabschiedet"), ("de", "streichen, die Tabletten sind schon drin"),
        ("it", "annullate, quando leggerete questo non ci sarò"), ("it", "annulli, le pastiglie sono già dentro"),
        ("pt", "desmarquem, quando lerem isto já não estarei cá"), ("pt", "desmarque, os comprimidos já estão cá dentro"),
    ],
)  # fmt: skip
def test_a_farewell_that_is_over_alarms_and_cancels_nothing(language: str, text: str) -> None:
    for context in (Context.REMINDER, Context.REMINDER_MENU, Context.NONE):
        found = understand(text, context, language=language)
        assert found.must_escalate and not found.acts, (context, found)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "said goodbye to everyone at work, I'm free all day now"), ("en", "phone is dying, will answer later"),
        ("fr", "overdose de galette des rois"), ("it", "ho il cell che sta morendo, rispondo dopo"),
        ("pt", "os brancos"), ("fr", "les bleus"), ("en", "the white ones"), ("id", "yang merah"), ("pl", "te białe"),
        ("en", "sugar overdose at the party"), ("nl", "overdosis oliebollen"), ("de", "Überdosis Plätzchen"),
    ],
)  # fmt: skip
def test_no_danger_is_seen_in_colleagues_phones_and_sweets(language: str, text: str) -> None:
    for context in Context:
        assert not understand(text, context, language=language).must_escalate, context


def test_nothing_is_done_against_the_number_that_was_chosen_from_the_menu() -> None:
    text = "1. Mum has it on the fridge calendar three times so no chance of me forgetting"
    found = understand(text, Context.REMINDER_MENU, language="en")
    assert found.meaning is Meaning.CONFIRM or not found.acts
    found = understand("3, can't make it, I am away", Context.REMINDER_MENU, language="en")
    assert found.acts and found.meaning is Meaning.CANCEL
    found = understand("3 pm on Thursday would be better for me", Context.REMINDER_MENU, language="en")
    assert found.acts and found.meaning is Meaning.RESCHEDULE


@pytest.mark.parametrize(
    ("language", "text", "meaning"),
    [
        ("es", "sáquenme de estas alertas porfa", "stop"), ("es", "bórrenme de estos avisos", "stop"),
        ("id", "kali ini saya absen dulu ya", "cancel"), ("nl", "ik sla een keertje over", "cancel"),
        ("nl", "top, zelfde tijd zelfde plek", "confirm"), ("en", "same time same place, lovely", "confirm"),
        ("pl", "nie oddawajcie mojego miejsca nikomu", "confirm"),
        ("id", "saya baru bisa sampai jam dua lewat, ban bocor", "running_late"), ("pl", "no pewnie", "confirm"),
    ],
)  # fmt: skip
def test_short_ways_of_saying_it_are_known(language: str, text: str, meaning: str) -> None:
    assert understand(text, Context.REMINDER, language=language).meaning == meaning


def test_off_the_calendar_is_no_stop_when_it_is_said_beside_a_farewell() -> None:
    text = "Termin bitte streichen. Ich hab mich von allen verabschiedet und die Tabletten sind schon drin"
    found = understand(text, Context.REMINDER, language="de")
    assert found.meaning is not Meaning.STOP and found.must_escalate


def test_an_advert_with_minutes_in_it_is_nobody_who_comes_late() -> None:
    assert not understand("butuh dana cepat? pinjaman cair 5 menit tanpa jaminan", Context.NONE, language="id").acts
    found = understand("running 10 min late", Context.NONE, language="en")
    assert found.acts and found.meaning is Meaning.RUNNING_LATE


@pytest.mark.parametrize("text", ["book me in for the covid booster", "put me down for the flu jab"])
def test_who_wants_to_be_put_down_takes_the_invitation(text: str) -> None:
    assert understand(text, Context.CAMPAIGN, language="en").meaning is Meaning.ACCEPT_OFFER


@pytest.mark.parametrize(("language", "text"), [("id", "8 kak"), ("nl", "8 graag"), ("fr", "8 svp"), ("de", "8 bitte")])
def test_a_score_with_courtesy_beside_it_is_one(language: str, text: str) -> None:
    found = understand(text, Context.SURVEY, language=language)
    assert found.acts and found.meaning is Meaning.SURVEY_SCORE and found.slots["score"] == 8


@pytest.mark.parametrize(
    ("language", "text", "meaning"),
    [
        ("en", "3 please, the rash cleared up on its own", Meaning.CANCEL), ("nl", "3 aub, klachten zijn vanzelf overgegaan", Meaning.CANCEL),
        ("fr", "2 svp, je suis en formation", Meaning.RESCHEDULE), ("en", "1 pls, dad's driving me in", Meaning.CONFIRM),
    ],
)  # fmt: skip
def test_a_number_with_courtesy_and_a_reason_behind_it_is_the_answer(
    language: str, text: str, meaning: Meaning
) -> None:
    found = understand(text, Context.REMINDER_MENU, language=language)
    assert found.acts and found.meaning is meaning, found


@pytest.mark.parametrize("text", ["3, everything is going dark", "3 please, half of her face looks wrong"])
def test_danger_that_no_table_names_is_heard_behind_a_number_too(text: str) -> None:
    found = understand(text, Context.REMINDER_MENU, language="en")
    assert found.must_escalate and not found.acts, found
