"""What the ready dialogues say and understand, by language. Pure literals.

Texts keep to letters that don't make a text dearer where the language allows it. Words understood are whole phrases: what a
person may write in place of the number.
"""

from collections.abc import Mapping

from recado.dialogues.types import Saying

Says = Mapping[str, Saying]


def _table(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.replace("\n", " ").split(";") if one.strip())


def _ask(text: str, *choices: tuple[str, str]) -> Saying:
    """A question and its choices, each with what is understood beside it."""
    return Saying(text, tuple(label for label, _ in choices), tuple(_table(words) for _, words in choices))


_YES = {
    "en": "yes; yep; yeah; y; ok; okay; sure; correct; right; that's right; 👍; ✅",
    "fr": "oui; ok; d'accord; ouais; exact; c'est ça; bien sûr; 👍; ✅",
    "nl": "ja; ok; oké; klopt; dat klopt; prima; juist; 👍; ✅",
    "pl": "tak; ok; zgadza się; dokładnie; tak jest; 👍; ✅",
    "es": "sí; ok; vale; correcto; exacto; claro; 👍; ✅",
    "id": "ya; iya; ok; oke; betul; benar; 👍; ✅",
    "de": "ja; ok; okay; genau; stimmt; richtig; 👍; ✅",
    "it": "sì; ok; va bene; esatto; giusto; certo; 👍; ✅",
    "pt": "sim; ok; certo; correto; exato; claro; 👍; ✅",
}
_NO = {
    "en": "no; nope; n; not; it has changed; changed; new one; not the same; it's not the same; different; 👎; ❌",
    "fr": "non; pas du tout; ça a changé; changé; nouvelle; pas la même; plus la même; différente; 👎; ❌",
    "nl": "nee; niet; veranderd; het is veranderd; nieuwe; niet dezelfde; niet meer; andere; 👎; ❌",
    "pl": "nie; zmieniło się; zmiana; nowe; nie to samo; inne; 👎; ❌",
    "es": "no; ha cambiado; cambió; cambiado; nuevo; nueva; no es el mismo; otro; 👎; ❌",
    "id": "tidak; bukan; berubah; sudah berubah; baru; tidak sama; beda; 👎; ❌",
    "de": "nein; nicht; geändert; hat sich geändert; neu; nicht dieselbe; nicht mehr; andere; 👎; ❌",
    "it": "no; è cambiato; è cambiata; cambiato; cambiata; nuovo; nuova; non è la stessa; diversa; 👎; ❌",
    "pt": "não; mudou; alterado; alterada; novo; nova; não é o mesmo; outro; 👎; ❌",
}

STARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    name: {language: _table(words) for language, words in by.items()}
    for name, by in {
        "hours": {
            "en": "opening hours; opening times; open today; open tomorrow; are you open; when do you open; when do you close; what time do you open; what time do you close; open on saturday; open on sunday",
            "fr": "heures d'ouverture; horaires; horaire d'ouverture; vous êtes ouvert; vous êtes ouverts; êtes vous ouvert; êtes vous ouverts; ouvert aujourd'hui; ouvert demain; ouvert le samedi; quand ouvrez vous; vous fermez à quelle heure; vous ouvrez à quelle heure",
            "nl": "openingstijden; openingsuren; open vandaag; vandaag open; morgen open; zaterdag open; zijn jullie open; bent u open; hoe laat open; hoe laat dicht; wanneer open; tot hoe laat",
            "pl": "godziny otwarcia; godziny pracy; czynne dzisiaj; czynne jutro; czynne w sobotę; otwarte dzisiaj; otwarte dziś; otwarte jutro; otwarte w sobotę; do której otwarte; od której otwarte; do której czynne; kiedy otwarte",
            "es": "horario; horarios; horas de apertura; abierto hoy; abierto mañana; están abiertos; abren hoy; abren mañana; abren los sábados; a qué hora abren; a qué hora cierran; cuándo abren",
            "id": "jam buka; jam praktik; jam operasional; buka hari ini; buka besok; buka jam berapa; tutup jam berapa; apakah buka; buka hari sabtu; kapan buka",
            "de": "öffnungszeiten; sprechzeiten; heute geöffnet; morgen geöffnet; heute offen; morgen offen; haben sie geöffnet; haben sie offen; wann öffnen; wann schließen; wann machen sie auf; samstag offen",
            "it": "orari; orario; orario di apertura; orari di apertura; aperti oggi; aperti domani; siete aperti; quando aprite; quando chiudete; a che ora aprite; a che ora chiudete; aperti il sabato",
            "pt": "horário; horários; horas de abertura; aberto hoje; abertos hoje; abertos amanhã; estão abertos; a que horas abrem; a que horas fecham; quando abrem; abertos ao sábado",
        },
        "directions": {
            "en": "directions; how to find you; how do i find you; where are you; your address; the address; how do i get there; how to get there; where to park; parking",
            "fr": "itinéraire; votre adresse; quelle adresse; l'adresse; où êtes vous; comment venir; comment vous trouver; comment y aller; où se garer; parking",
            "nl": "routebeschrijving; route; jullie adres; uw adres; het adres; waar zijn jullie; waar bent u; hoe kom ik er; hoe kom ik bij; waar parkeren; parkeren",
            "pl": "jak dojechać; jak do was trafić; dojazd; adres; gdzie jesteście; gdzie się znajdujecie; gdzie to jest; gdzie zaparkować; parking",
            "es": "cómo llegar; dirección; su dirección; la dirección; dónde están; dónde queda; dónde aparcar; aparcamiento",
            "id": "alamat; alamatnya; petunjuk arah; arah jalan; di mana lokasinya; lokasi; cara ke sana; parkir",
            "de": "wegbeschreibung; anfahrt; ihre adresse; die adresse; wo sind sie; wo finde ich sie; wie komme ich; wo parken; parkplatz",
            "it": "indicazioni; indirizzo; il vostro indirizzo; dove siete; come arrivare; come raggiungervi; dove parcheggiare; parcheggio",
            "pt": "como chegar; morada; endereço; a vossa morada; onde ficam; onde estão; onde estacionar; estacionamento",
        },
        "book": {
            "en": "book a visit; book an appointment; make an appointment; new appointment; need an appointment; want an appointment; like an appointment; book me in; see the doctor; see a doctor",
            "fr": "prendre rendez-vous; prendre un rendez-vous; prendre rdv; prendre un rdv; nouveau rendez-vous; besoin d'un rendez-vous; besoin d'un rdv; voudrais un rendez-vous; voudrais un rdv; voir le docteur; voir un médecin",
            "nl": "afspraak maken; een afspraak maken; nieuwe afspraak; afspraak nodig; wil graag een afspraak; afspraak plannen; afspraak inplannen; dokter zien",
            "pl": "umówić wizytę; umówić się; zapisać się; nowa wizyta; chcę wizytę; potrzebuję wizyty; zarezerwować wizytę; rezerwacja wizyty; zapis na wizytę",
            "es": "pedir cita; pedir una cita; reservar cita; reservar una cita; nueva cita; necesito una cita; necesito cita; quiero una cita; sacar cita; ver al médico",
            "id": "buat janji; membuat janji; janji temu baru; daftar periksa; mau periksa; ingin periksa; mau berobat; booking; reservasi; daftar berobat",
            "de": "termin buchen; termin vereinbaren; termin machen; einen termin machen; neuer termin; neuen termin; brauche einen termin; hätte gern einen termin; möchte einen termin; termin ausmachen",
            "it": "prenotare una visita; prenotare; fissare un appuntamento; prendere appuntamento; nuovo appuntamento; vorrei un appuntamento; ho bisogno di un appuntamento; prenotazione",
            "pt": "marcar consulta; marcar uma consulta; nova consulta; preciso de uma consulta; quero uma consulta; queria uma consulta; fazer uma marcação; marcação",
        },
        "repeat": {
            "en": "repeat; repeat prescription; refill; need my tablets; need my pills; more tablets; more pills; my tablets again; my medicine again; reorder; order again",
            "fr": "renouveler; renouvellement; renouveler mon ordonnance; renouveler l'ordonnance; encore mes médicaments; plus de médicaments; mes comprimés",
            "nl": "herhaalrecept; herhaalrecepten; herhaalmedicatie; nieuwe pillen; nieuwe medicijnen; medicijnen bestellen; recept bestellen; medicijnen zijn op; pillen zijn op",
            "pl": "powtórka; powtórka recepty; powtórzyć receptę; przedłużyć receptę; przedłużenie recepty; kończą się leki; kończą mi się leki; leki na stałe; recepta na stałe leki",
            "es": "renovar receta; renovar la receta; renovar mi receta; renovación; más pastillas; mis pastillas; se me acaban; repetir receta",
            "id": "resep ulang; ulang resep; obat rutin; tebus resep; obat habis; obat saya habis; perpanjang resep; minta obat",
            "de": "wiederholungsrezept; folgerezept; rezept verlängern; neues rezept; rezept bestellen; tabletten sind alle; medikamente bestellen; nachbestellen; meine tabletten",
            "it": "ripetere la ricetta; rinnovare la ricetta; rinnovo ricetta; rinnovo della ricetta; ricetta ripetibile; finite le medicine; finite le pastiglie; mie medicine",
            "pt": "renovar receita; renovar a receita; renovação; receita de novo; mais comprimidos; os meus comprimidos; acabaram os comprimidos; medicação habitual",
        },
        "details": {
            "en": "change my details; update my details; change of address; changed address; new address; new insurance; insurance changed; moved house; i have moved; my details",
            "fr": "mes coordonnées; changement d'adresse; changé d'adresse; nouvelle adresse; j'ai déménagé; nouvelle mutuelle; nouvelle assurance; changé de mutuelle; changé d'assurance",
            "nl": "mijn gegevens; gegevens wijzigen; adreswijziging; nieuw adres; ik ben verhuisd; verhuisd; nieuwe verzekering; andere verzekering; nieuwe zorgverzekering",
            "pl": "moje dane; zmiana danych; zmiana adresu; nowy adres; przeprowadziłam się; przeprowadziłem się; nowe ubezpieczenie; zmiana ubezpieczenia",
            "es": "mis datos; cambiar mis datos; actualizar mis datos; cambio de dirección; nueva dirección; me he mudado; nuevo seguro; cambio de seguro",
            "id": "data saya; ubah data; ganti data; ganti alamat; alamat baru; pindah rumah; asuransi baru; ganti asuransi",
            "de": "meine daten; daten ändern; adressänderung; neue adresse; ich bin umgezogen; umgezogen; neue versicherung; neue krankenkasse; krankenkasse gewechselt",
            "it": "i miei dati; cambiare i miei dati; aggiornare i dati; cambio di indirizzo; nuovo indirizzo; mi sono trasferito; mi sono trasferita; nuova assicurazione",
            "pt": "os meus dados; alterar dados; atualizar dados; mudança de morada; nova morada; mudei de casa; novo seguro; mudei de seguro",
        },
    }.items()
}

ASK_VISIT: Says = {
    "en": _ask(
        "What would you like?",
        ("a new visit", "new; new visit; book; book a visit; appointment; a new appointment"),
        ("change a visit", "change; move; another time; reschedule; cancel"),
        ("a question", "question; ask; something else; other"),
    ),
    "fr": _ask(
        "Que voulez-vous faire ?",
        ("nouveau rendez-vous", "nouveau; nouveau rdv; rendez-vous; un rendez-vous; rdv; un rdv; prendre rendez-vous"),
        ("changer un rendez-vous", "changer; déplacer; reporter; annuler; changer de rendez-vous"),
        ("une question", "question; autre chose; autre"),
    ),
    "nl": _ask(
        "Wat wilt u doen?",
        ("nieuwe afspraak", "nieuw; nieuwe; afspraak; een afspraak; afspraak maken; een nieuwe afspraak"),
        ("afspraak wijzigen", "wijzigen; verzetten; andere tijd; annuleren; een afspraak wijzigen"),
        ("een vraag", "vraag; iets anders; anders"),
    ),
    "pl": _ask(
        "W czym pomagamy?",
        ("nowa wizyta", "nowa; wizyta; nową wizytę; umówić wizytę; zapisać się"),
        ("zmiana wizyty", "zmiana; zmienić; przełożyć; inny termin; odwołać"),
        ("pytanie", "mam pytanie; inne; coś innego"),
    ),
    "es": _ask(
        "¿Qué desea?",
        ("una cita nueva", "nueva; cita; una cita; cita nueva; nueva cita; pedir cita; reservar"),
        ("cambiar una cita", "cambiar; mover; otra hora; cancelar; cambiar la cita; cambiar cita"),
        ("una pregunta", "pregunta; otra cosa; otro; duda"),
    ),
    "id": _ask(
        "Apa yang Anda perlukan?",
        ("janji baru", "baru; janji; buat janji; daftar; periksa"),
        ("ubah janji", "ubah; ganti; pindah; jadwal ulang; batal"),
        ("pertanyaan", "tanya; bertanya; lainnya; lain"),
    ),
    "de": _ask(
        "Was möchten Sie?",
        ("neuer Termin", "neu; neuen Termin; Termin; einen Termin; einen neuen Termin; buchen"),
        ("Termin ändern", "ändern; verschieben; andere Zeit; absagen; einen Termin ändern"),
        ("eine Frage", "Frage; etwas anderes; anderes"),
    ),
    "it": _ask(
        "Che cosa desidera?",
        ("nuova visita", "nuova; visita; una visita; una nuova visita; appuntamento; prenotare"),
        ("cambiare una visita", "cambiare; spostare; altro orario; disdire; annullare; cambiare visita"),
        ("una domanda", "domanda; altro; qualcos'altro"),
    ),
    "pt": _ask(
        "O que deseja?",
        ("nova consulta", "nova; consulta; uma consulta; uma nova consulta; marcar; marcar consulta"),
        ("mudar consulta", "mudar; alterar; remarcar; outra hora; cancelar; mudar a consulta"),
        ("uma pergunta", "pergunta; outra coisa; outro; dúvida"),
    ),
}

BOOKED: Says = {
    "en": Saying("Choose a time:"),
    "fr": Saying("Choisissez un horaire :"),
    "nl": Saying("Kies een tijd:"),
    "pl": Saying("Wybierz termin:"),
    "es": Saying("Elija una hora:"),
    "id": Saying("Pilih waktu:"),
    "de": Saying("Wählen Sie eine Zeit:"),
    "it": Saying("Scelga un orario:"),
    "pt": Saying("Escolha uma hora:"),
}

ASK_SAME: Says = {
    "en": _ask(
        "The same medicines as last time?",
        ("yes", f"{_YES['en']}; same; the same; all; all of them; same as last time"),
        ("only some", "some; only; not all; some of them; part"),
        ("I have a question", "question; a question; help"),
    ),
    "fr": _ask(
        "Les mêmes médicaments que la dernière fois ?",
        ("oui", f"{_YES['fr']}; les mêmes; pareil; tous; tout; la même chose"),
        ("une partie", "pas tous; certains; seulement certains; pas tout"),
        ("une question", "question; j'ai une question; aide"),
    ),
    "nl": _ask(
        "Dezelfde medicijnen als de vorige keer?",
        ("ja", f"{_YES['nl']}; dezelfde; hetzelfde; alle; allemaal; alles"),
        ("een deel", "niet alle; niet alles; sommige; deel; alleen sommige"),
        ("een vraag", "vraag; ik heb een vraag; hulp"),
    ),
    "pl": _ask(
        "Te same leki co ostatnio?",
        ("tak", f"{_YES['pl']}; te same; wszystkie; to samo; wszystko"),
        ("część", "nie wszystkie; tylko część; niektóre; tylko niektóre"),
        ("pytanie", "mam pytanie; pomoc"),
    ),
    "es": _ask(
        "¿Los mismos medicamentos que la última vez?",
        ("sí", f"{_YES['es']}; los mismos; lo mismo; todos; igual; todo"),
        ("solo algunos", "algunos; no todos; una parte"),
        ("una pregunta", "pregunta; tengo una pregunta; duda; ayuda"),
    ),
    "id": _ask(
        "Obatnya sama seperti terakhir?",
        ("ya", f"{_YES['id']}; sama; semua; semuanya; masih sama; yang sama"),
        ("sebagian", "hanya sebagian; tidak semua; beberapa"),
        ("pertanyaan", "tanya; mau tanya; bantuan"),
    ),
    "de": _ask(
        "Die gleichen Medikamente wie zuletzt?",
        ("ja", f"{_YES['de']}; die gleichen; dieselben; alle; alles; gleich"),
        ("nur einige", "einige; nicht alle; ein Teil; nur ein Teil"),
        ("eine Frage", "Frage; ich habe eine Frage; Hilfe"),
    ),
    "it": _ask(
        "Gli stessi medicinali dell'ultima volta?",
        ("sì", f"{_YES['it']}; gli stessi; tutti; le stesse; uguale; tutto"),
        ("solo alcuni", "alcuni; non tutti; una parte; solo alcune"),
        ("una domanda", "domanda; ho una domanda; aiuto"),
    ),
    "pt": _ask(
        "Os mesmos medicamentos da última vez?",
        ("sim", f"{_YES['pt']}; os mesmos; todos; igual; tudo"),
        ("só alguns", "alguns; nem todos; uma parte"),
        ("uma pergunta", "pergunta; tenho uma pergunta; dúvida; ajuda"),
    ),
}

WHICH_MEDICINES: Says = {
    "en": Saying("Which ones? Write the names as they stand on the box."),
    "fr": Saying("Lesquels ? Écrivez les noms qui sont sur la boîte."),
    "nl": Saying("Welke? Schrijf de namen op zoals ze op het doosje staan."),
    "pl": Saying("Które? Prosimy podać nazwy z pudełka."),
    "es": Saying("¿Cuáles? Escriba los nombres que están en la caja."),
    "id": Saying("Yang mana? Tulis nama seperti di kotaknya."),
    "de": Saying("Welche? Schreiben Sie die Namen von der Packung."),
    "it": Saying("Quali? Scriva i nomi che sono sulla scatola."),
    "pt": Saying("Quais? Escreva os nomes que estão na caixa."),
}

ASK_HOW: Says = {
    "en": _ask(
        "How would you like to get it?",
        (
            "I collect it",
            "collect; i'll collect; pick up; pick it up; pick them up; i'll pick it up; i will collect it; come and get it",
        ),
        ("send it to me", "send; send it; post; by post; deliver; delivery; home"),
    ),
    "fr": _ask(
        "Comment voulez-vous le recevoir ?",
        ("je passe le prendre", "je passe; sur place; je viens; je viens le chercher; retrait"),
        ("envoi", "envoyer; envoyez; par la poste; poste; chez moi; livraison; à la maison"),
    ),
    "nl": _ask(
        "Hoe wilt u het krijgen?",
        ("ik haal het op", "ophalen; afhalen; ik kom het halen; ik haal op"),
        ("opsturen", "sturen; stuur op; per post; bezorgen; thuis; post"),
    ),
    "pl": _ask(
        "Jak je odebrać?",
        ("odbiorę na miejscu", "odbiorę; odbiór; na miejscu; osobiście; przyjdę"),
        ("wysłać do mnie", "wysłać; wyślij; wysyłka; poczta; pocztą; do domu; dostawa"),
    ),
    "es": _ask(
        "¿Cómo quiere recibirlo?",
        ("paso a recogerlo", "recoger; recogerlo; paso; lo recojo; voy a recogerlo"),
        ("envío a casa", "enviar; envío; a casa; por correo; correo; mandar"),
    ),
    "id": _ask(
        "Bagaimana Anda ingin menerimanya?",
        ("saya ambil", "ambil; ambil sendiri; saya ambil sendiri; saya datang"),
        ("kirim ke rumah", "kirim; dikirim; antar; ke rumah; pos"),
    ),
    "de": _ask(
        "Wie möchten Sie es bekommen?",
        ("ich hole es ab", "abholen; hole ab; ich hole ab; ich komme vorbei"),
        ("zuschicken", "schicken; senden; per Post; Post; nach Hause; liefern"),
    ),
    "it": _ask(
        "Come desidera riceverlo?",
        ("passo a ritirarlo", "ritirare; ritiro; passo; passo io; vengo io; lo ritiro"),
        ("invio a casa", "inviare; spedire; spedizione; a casa; per posta; posta"),
    ),
    "pt": _ask(
        "Como quer receber?",
        ("passo a buscar", "buscar; levantar; passo; vou buscar; eu passo"),
        ("enviar para casa", "enviar; envio; para casa; correio; por correio; casa"),
    ),
}

ORDERED: Says = {
    "en": Saying("Thank you. We check it and write when it is ready, or if something is missing."),
    "fr": Saying("Merci. Nous vérifions et vous écrivons quand c'est prêt ou s'il manque quelque chose."),
    "nl": Saying("Dank u. We kijken het na en schrijven als het klaar is of als er iets ontbreekt."),
    "pl": Saying("Dziękujemy. Sprawdzimy i napiszemy, gdy będzie gotowe lub gdy czegoś zabraknie."),
    "es": Saying("Gracias. Lo revisamos y le escribimos cuando esté listo o si falta algo."),
    "id": Saying("Terima kasih. Kami periksa dan menulis jika sudah siap atau ada yang kurang."),
    "de": Saying("Danke. Wir prüfen es und schreiben, wenn es bereit ist oder etwas fehlt."),
    "it": Saying("Grazie. Controlliamo e le scriviamo quando è pronto o se manca qualcosa."),
    "pt": Saying("Obrigado. Verificamos e escrevemos quando estiver pronto ou se faltar algo."),
}

ASK_INSURED: Says = {
    "en": _ask("Is your insurance still the same?", ("yes", f"{_YES['en']}; same; the same"), ("no", _NO["en"])),
    "fr": _ask("Votre assurance est-elle la même ?", ("oui", f"{_YES['fr']}; la même; pareil"), ("non", _NO["fr"])),
    "nl": _ask("Heeft u nog dezelfde verzekering?", ("ja", f"{_YES['nl']}; dezelfde; hetzelfde"), ("nee", _NO["nl"])),
    "pl": _ask("Czy ubezpieczenie jest to samo?", ("tak", f"{_YES['pl']}; to samo; bez zmian"), ("nie", _NO["pl"])),
    "es": _ask("¿Tiene el mismo seguro?", ("sí", f"{_YES['es']}; el mismo; igual"), ("no", _NO["es"])),
    "id": _ask("Apakah asuransi Anda masih sama?", ("ya", f"{_YES['id']}; sama; masih sama"), ("tidak", _NO["id"])),
    "de": _ask("Haben Sie dieselbe Versicherung?", ("ja", f"{_YES['de']}; dieselbe; gleich"), ("nein", _NO["de"])),
    "it": _ask("La sua assicurazione è la stessa?", ("sì", f"{_YES['it']}; la stessa; uguale"), ("no", _NO["it"])),
    "pt": _ask("O seu seguro é o mesmo?", ("sim", f"{_YES['pt']}; o mesmo; igual"), ("não", _NO["pt"])),
}

WHICH_INSURER: Says = {
    "en": Saying("Write the name of your insurance and your member number."),
    "fr": Saying("Écrivez le nom de l'assurance et votre numéro d'assuré."),
    "nl": Saying("Schrijf de naam van uw verzekering en uw polisnummer."),
    "pl": Saying("Prosimy podać nazwę ubezpieczyciela i numer polisy."),
    "es": Saying("Escriba el nombre del seguro y su número de asegurado."),
    "id": Saying("Tulis nama asuransi dan nomor anggota Anda."),
    "de": Saying("Schreiben Sie den Namen der Versicherung und Ihre Nummer."),
    "it": Saying("Scriva il nome dell'assicurazione e il suo numero."),
    "pt": Saying("Escreva o nome do seguro e o seu número."),
}

ASK_MOVED: Says = {
    "en": _ask(
        "Are your address and email still the same?", ("yes", f"{_YES['en']}; same; the same"), ("no", _NO["en"])
    ),
    "fr": _ask(
        "Adresse et e-mail sont-ils les mêmes ?", ("oui", f"{_YES['fr']}; les mêmes; pareil"), ("non", _NO["fr"])
    ),
    "nl": _ask("Zijn adres en e-mail nog hetzelfde?", ("ja", f"{_YES['nl']}; hetzelfde; dezelfde"), ("nee", _NO["nl"])),
    "pl": _ask("Czy adres i e-mail są te same?", ("tak", f"{_YES['pl']}; te same; bez zmian"), ("nie", _NO["pl"])),
    "es": _ask("¿Su dirección y correo son los mismos?", ("sí", f"{_YES['es']}; los mismos; igual"), ("no", _NO["es"])),
    "id": _ask("Apakah alamat dan email masih sama?", ("ya", f"{_YES['id']}; sama; masih sama"), ("tidak", _NO["id"])),
    "de": _ask("Sind Adresse und E-Mail gleich?", ("ja", f"{_YES['de']}; gleich; dieselben"), ("nein", _NO["de"])),
    "it": _ask("Indirizzo ed e-mail sono gli stessi?", ("sì", f"{_YES['it']}; gli stessi; uguale"), ("no", _NO["it"])),
    "pt": _ask("A morada e o e-mail são os mesmos?", ("sim", f"{_YES['pt']}; os mesmos; igual"), ("não", _NO["pt"])),
}

WHICH_DETAILS: Says = {
    "en": Saying("Write what has changed, as it should stand in our records."),
    "fr": Saying("Écrivez ce qui a changé, comme nous devons le noter."),
    "nl": Saying("Schrijf wat er veranderd is, zoals wij het moeten noteren."),
    "pl": Saying("Prosimy napisać, co się zmieniło i jak to zapisać."),
    "es": Saying("Escriba lo que ha cambiado, como debe constar."),
    "id": Saying("Tulis apa yang berubah, seperti yang harus kami catat."),
    "de": Saying("Schreiben Sie, was sich geändert hat und wie es lauten soll."),
    "it": Saying("Scriva che cosa è cambiato, come va annotato."),
    "pt": Saying("Escreva o que mudou, como deve ficar registado."),
}

UNCHANGED: Says = {
    "en": Saying("Thank you. Then everything stays as it is."),
    "fr": Saying("Merci. Alors rien ne change."),
    "nl": Saying("Dank u. Dan blijft alles zoals het is."),
    "pl": Saying("Dziękujemy. Wszystko zostaje bez zmian."),
    "es": Saying("Gracias. Entonces todo sigue igual."),
    "id": Saying("Terima kasih. Semuanya tetap seperti sekarang."),
    "de": Saying("Danke. Dann bleibt alles, wie es ist."),
    "it": Saying("Grazie. Allora resta tutto com'è."),
    "pt": Saying("Obrigado. Então fica tudo como está."),
}

CHECKED: Says = {
    "en": Saying("Thank you. Our team checks it before anything is changed."),
    "fr": Saying("Merci. L'équipe vérifie avant de changer quoi que ce soit."),
    "nl": Saying("Dank u. Een medewerker kijkt het na voor er iets verandert."),
    "pl": Saying("Dziękujemy. Sprawdzimy to, zanim cokolwiek zmienimy."),
    "es": Saying("Gracias. El equipo lo revisa antes de cambiar nada."),
    "id": Saying("Terima kasih. Petugas memeriksanya sebelum ada yang diubah."),
    "de": Saying("Danke. Unser Team prüft es, bevor etwas geändert wird."),
    "it": Saying("Grazie. Il team controlla prima di cambiare qualcosa."),
    "pt": Saying("Obrigado. A equipa verifica antes de mudar algo."),
}
