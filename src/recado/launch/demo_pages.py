"""Information pages of the demo clinic: how to find it, and what to do before a blood test, in the languages of its patients."""

from uuid import UUID

from recado.foundation.actors import Actor
from recado.foundation.tenancy import clinic_scope
from recado.information import actions
from recado.information.types import Page, PageKind, Words

DIRECTIONS = {
    "en": Words(
        "How to find us",
        "We are at **12 Harbour Street, ground floor**. The door is on the left of the chemist's.\n\n"
        "## By bus\nLines 4 and 11 stop at Harbour Square, two minutes away on foot.\n\n"
        "## By car\nThere is no parking in the street. The car park under the market has two places for blue badges.\n\n"
        "## Without steps\n1. Use the door to the yard, beside the bicycles.\n2. Press the bell: somebody comes down.\n\n"
        "You can't find us? [020 7946 0100](tel:+442079460100)",
    ),
    "fr": Words(
        "Comment venir",
        "Nous sommes au **12 Harbour Street, au rez-de-chaussée**. La porte est à gauche de la pharmacie.\n\n"
        "## En bus\nLes lignes 4 et 11 s'arrêtent à Harbour Square, à deux minutes à pied.\n\n"
        "## En voiture\nOn ne peut pas se garer dans la rue. Le parking sous le marché a deux places réservées.\n\n"
        "## Sans marches\n1. Prenez la porte de la cour, près des vélos.\n2. Sonnez : quelqu'un descend.\n\n"
        "Vous ne trouvez pas ? [020 7946 0100](tel:+442079460100)",
    ),
    "nl": Words(
        "Zo vindt u ons",
        "Wij zitten op **Harbour Street 12, begane grond**. De deur is links van de apotheek.\n\n"
        "## Met de bus\nLijn 4 en 11 stoppen op Harbour Square, twee minuten lopen.\n\n"
        "## Met de auto\nIn de straat kunt u niet parkeren. De garage onder de markt heeft twee gehandicaptenplaatsen.\n\n"
        "## Zonder treden\n1. Neem de deur op de binnenplaats, bij de fietsen.\n2. Bel aan: er komt iemand naar beneden.\n\n"
        "Kunt u ons niet vinden? [020 7946 0100](tel:+442079460100)",
    ),
    "pl": Words(
        "Jak do nas trafić",
        "Jesteśmy przy **Harbour Street 12, na parterze**. Drzwi są na lewo od apteki.\n\n"
        "## Autobusem\nLinie 4 i 11 zatrzymują się na Harbour Square, dwie minuty pieszo.\n\n"
        "## Samochodem\nNa ulicy nie ma parkingu. Pod targiem są dwa miejsca dla osób z niepełnosprawnością.\n\n"
        "## Bez schodów\n1. Proszę wejść od podwórza, obok rowerów.\n2. Proszę zadzwonić: ktoś zejdzie.\n\n"
        "Trudno nas znaleźć? [020 7946 0100](tel:+442079460100)",
    ),
    "es": Words(
        "Cómo llegar",
        "Estamos en **Harbour Street 12, planta baja**. La puerta está a la izquierda de la farmacia.\n\n"
        "## En autobús\nLas líneas 4 y 11 paran en Harbour Square, a dos minutos a pie.\n\n"
        "## En coche\nNo se puede aparcar en la calle. El aparcamiento bajo el mercado tiene dos plazas reservadas.\n\n"
        "## Sin escalones\n1. Use la puerta del patio, junto a las bicicletas.\n2. Llame al timbre: alguien baja.\n\n"
        "¿No nos encuentra? [020 7946 0100](tel:+442079460100)",
    ),
    "id": Words(
        "Cara menuju klinik",
        "Kami di **Harbour Street 12, lantai dasar**. Pintunya di sebelah kiri apotek.\n\n"
        "## Naik bus\nJalur 4 dan 11 berhenti di Harbour Square, dua menit berjalan kaki.\n\n"
        "## Tanpa tangga\n1. Lewat pintu halaman, di samping sepeda.\n2. Tekan bel: petugas akan turun.\n\n"
        "Tidak menemukan kami? [020 7946 0100](tel:+442079460100)",
    ),
    "de": Words(
        "So finden Sie uns",
        "Wir sind in der **Harbour Street 12, Erdgeschoss**. Die Tür ist links neben der Apotheke.\n\n"
        "## Mit dem Bus\nDie Linien 4 und 11 halten am Harbour Square, zwei Minuten zu Fuß.\n\n"
        "## Mit dem Auto\nIn der Straße gibt es keine Parkplätze. Unter dem Markt sind zwei Behindertenparkplätze.\n\n"
        "## Ohne Stufen\n1. Nehmen Sie die Tür zum Hof, neben den Fahrrädern.\n2. Klingeln Sie: Es kommt jemand herunter.\n\n"
        "Sie finden uns nicht? [020 7946 0100](tel:+442079460100)",
    ),
    "it": Words(
        "Come arrivare",
        "Siamo in **Harbour Street 12, piano terra**. La porta è a sinistra della farmacia.\n\n"
        "## In autobus\nLe linee 4 e 11 fermano in Harbour Square, a due minuti a piedi.\n\n"
        "## In auto\nNella via non si può parcheggiare. Sotto il mercato ci sono due posti per disabili.\n\n"
        "## Senza gradini\n1. Usi la porta del cortile, accanto alle biciclette.\n2. Suoni il campanello: qualcuno scende.\n\n"
        "Non ci trova? [020 7946 0100](tel:+442079460100)",
    ),
    "pt": Words(
        "Como chegar",
        "Estamos na **Harbour Street 12, rés do chão**. A porta fica à esquerda da farmácia.\n\n"
        "## De autocarro\nAs linhas 4 e 11 param em Harbour Square, a dois minutos a pé.\n\n"
        "## De carro\nNão se pode estacionar na rua. O parque sob o mercado tem dois lugares reservados.\n\n"
        "## Sem degraus\n1. Use a porta do pátio, ao lado das bicicletas.\n2. Toque à campainha: alguém desce.\n\n"
        "Não nos encontra? [020 7946 0100](tel:+442079460100)",
    ),
}

PREPARATION = {
    "en": Words(
        "Before your blood test",
        "- Eat nothing for 8 hours before.\n- Drink water as you like, but no coffee, juice or milk.\n"
        "- Take your tablets as always, unless we told you otherwise.\n\n"
        "Have you eaten by mistake? Come all the same and tell us: we decide together.\n\n"
        "If you feel faint without food, eat, and call us on [020 7946 0100](tel:+442079460100).",
    ),
    "fr": Words(
        "Avant votre prise de sang",
        "- Ne mangez rien pendant les 8 heures qui précèdent.\n- Buvez de l'eau à volonté, mais ni café, ni jus, ni lait.\n"
        "- Prenez vos comprimés comme d'habitude, sauf si nous avons dit autre chose.\n\n"
        "Vous avez mangé par erreur ? Venez quand même et dites-le-nous : nous déciderons ensemble.\n\n"
        "Si vous vous sentez mal à jeun, mangez, et appelez-nous au [020 7946 0100](tel:+442079460100).",
    ),
    "nl": Words(
        "Voor uw bloedonderzoek",
        "- Eet 8 uur van tevoren niets meer.\n- Water mag u drinken, maar geen koffie, sap of melk.\n"
        "- Neem uw tabletten zoals altijd in, tenzij wij iets anders hebben gezegd.\n\n"
        "Hebt u per ongeluk gegeten? Kom toch en zeg het ons: wij beslissen samen.\n\n"
        "Voelt u zich slap zonder eten, eet dan iets en bel ons op [020 7946 0100](tel:+442079460100).",
    ),
    "pl": Words(
        "Przed badaniem krwi",
        "- Proszę nic nie jeść przez 8 godzin.\n- Wodę można pić, ale bez kawy, soku i mleka.\n"
        "- Tabletki proszę brać jak zawsze, chyba że powiedzieliśmy inaczej.\n\n"
        "Jeśli coś zostało zjedzone przez pomyłkę, proszę przyjść i nam powiedzieć: zdecydujemy razem.\n\n"
        "Jeśli na czczo robi się słabo, proszę zjeść i zadzwonić: [020 7946 0100](tel:+442079460100).",
    ),
    "es": Words(
        "Antes de su análisis de sangre",
        "- No coma nada durante las 8 horas anteriores.\n- Beba toda el agua que quiera, pero ni café, ni zumo, ni leche.\n"
        "- Tome sus pastillas como siempre, salvo que le hayamos dicho otra cosa.\n\n"
        "¿Ha comido por error? Venga igualmente y díganoslo: lo decidimos juntos.\n\n"
        "Si se marea en ayunas, coma algo y llámenos al [020 7946 0100](tel:+442079460100).",
    ),
    "id": Words(
        "Sebelum tes darah Anda",
        "- Jangan makan apa pun selama 8 jam sebelumnya.\n- Boleh minum air putih, tetapi jangan kopi, jus, atau susu.\n"
        "- Minum tablet Anda seperti biasa, kecuali kami mengatakan lain.\n\n"
        "Terlanjur makan? Tetaplah datang dan beri tahu kami: kita putuskan bersama.\n\n"
        "Jika Anda lemas karena belum makan, makanlah, dan telepon kami di [020 7946 0100](tel:+442079460100).",
    ),
    "de": Words(
        "Vor Ihrer Blutabnahme",
        "- Essen Sie 8 Stunden vorher nichts.\n- Wasser dürfen Sie trinken, aber keinen Kaffee, Saft oder Milch.\n"
        "- Nehmen Sie Ihre Tabletten wie immer, wenn wir nichts anderes gesagt haben.\n\n"
        "Haben Sie aus Versehen gegessen? Kommen Sie trotzdem und sagen Sie es uns: Wir entscheiden gemeinsam.\n\n"
        "Wird Ihnen nüchtern schwindlig, essen Sie etwas und rufen Sie uns an: [020 7946 0100](tel:+442079460100).",
    ),
    "it": Words(
        "Prima del suo esame del sangue",
        "- Non mangi nulla nelle 8 ore precedenti.\n- Può bere acqua, ma niente caffè, succhi o latte.\n"
        "- Prenda le sue compresse come sempre, salvo che le abbiamo detto altro.\n\n"
        "Ha mangiato per sbaglio? Venga lo stesso e ce lo dica: decidiamo insieme.\n\n"
        "Se a digiuno si sente mancare, mangi qualcosa e ci chiami al [020 7946 0100](tel:+442079460100).",
    ),
    "pt": Words(
        "Antes da sua análise ao sangue",
        "- Não coma nada nas 8 horas anteriores.\n- Pode beber água, mas não café, sumo ou leite.\n"
        "- Tome os seus comprimidos como sempre, salvo se lhe dissemos outra coisa.\n\n"
        "Comeu por engano? Venha na mesma e diga-nos: decidimos em conjunto.\n\n"
        "Se se sentir fraco em jejum, coma e ligue-nos para [020 7946 0100](tel:+442079460100).",
    ),
}


def load(clinic_id: UUID, by: Actor) -> int:
    """Publishes the demo's pages. Returns how many."""
    pages = (
        Page("directions", 0, "Directions", PageKind.DIRECTIONS, DIRECTIONS, on_visits=True),
        Page(
            "blood_test",
            0,
            "Before a blood test",
            PageKind.PREPARATION,
            PREPARATION,
            on_visits=True,
            services=("Blood test",),
        ),
    )
    with clinic_scope(clinic_id):
        for page in pages:
            key = actions.begin(clinic_id=clinic_id, page=page, by=by)
            actions.publish(clinic_id=clinic_id, key=key, by=by)
    return len(pages)
