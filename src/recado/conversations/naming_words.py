"""The words in which people name one of a few times that they were offered, by language. Literal; `naming` reads them.

A closed list: a text that holds any other word names nothing. So what denies, doubts or bounds must never stand here: no "not", "no",
"except", "if", "maybe", "busy", "after", "before", "until", nor a word that is one of these in another sense of the language
(Dutch "na" and "voor", Polish "do" and "od", French "dès", Spanish "no").
"""

from typing import NamedTuple


class Spoken(NamedTuple):
    """One language. Phrases are parted by ";"."""

    beside: str  # said around a time without changing it
    at: str  # before an hour
    hour: str  # behind one
    option: str  # before a letter or a number
    the: str  # before a letter
    ordered: str  # first; second; third: the words of each parted by ","
    last: str
    earliest: str
    latest: str
    earlier: str  # of two
    later: str
    ahead: str  # today; tomorrow; the day after
    morning: str
    afternoon: str
    evening: str
    noon: str = ""
    hours: str = ""  # one to twelve, as hours are said
    days: str = ""  # forms of Monday to Sunday that CLDR lacks, those of one day parted by ","
    months: str = ""  # the same of January to December
    half_past: str = ""  # before an hour: half an hour after it
    half_to: str = ""  # before an hour: half an hour before it
    and_half: str = ""  # behind an hour


SIGNS = "👍; 👌; ✅; ✔; 💯; 🆗; 🤝; 💪; 📅; 🗓; 😅; 🥰; 🎉"
"""Said around a time in every language."""

LANGUAGES: dict[str, Spoken] = {
    "en": Spoken(
        beside="i; i'd; id; i'll; ill; i'm; we; we'd; we'll; would like; would love; would prefer; would take; would be; want; take; "
        "like; prefer; choose; pick; book; have the; 'd; go with; go for; let's; lets; let us; would work; will work; can work; works; "
        "suits; suit; would suit; suits me best; can do; could do; will do; can make; could make; make it; can come; could come; come; "
        "'ll come; will come; be there; see you; can i have; could i have; may i have; can i get; can we do; could we do; can i take; "
        "can i; could i; can we; could we; can; could; may; i'll have; will take; the; for; with; on; in; at; of; and; or; that; this; that's; "
        "thats; that one; this one; one; it; it's; its; is; are; are both; both; me; us; my; fine; good; great; best; better; perfect; "
        "ideal; lovely; brilliant; super; ok; okay; yes; yep; yeah; yup; sure; alright; all right; please; thanks; thank you; then; so; "
        "but; rather; slot; time; appointment; appt; visit; o'clock; oclock; hrs; hello; hi; dear; a; an; sounds; looks",
        at="at; around; about; @; the",
        hour="o'clock; oclock; hrs; hours; h",
        option="option; number; nr; choice; letter; answer; slot",
        the="the",
        ordered="first, 1st; second, 2nd; third, 3rd",
        last="last",
        earliest="earliest; soonest",
        latest="latest",
        earlier="the earlier; earlier one; sooner one; the sooner",
        later="the later; later one",
        ahead="today; tomorrow, tmrw, tmr, tomorow, tommorow, 2moro; day after tomorrow",
        morning="morning; mornings",
        afternoon="afternoon; arvo",
        evening="evening",
        noon="noon; midday",
        hours="one two three four five six seven eight nine ten eleven twelve",
        half_past="half past; half",
        days="; tues; weds; thur, thurs",
        months="; ; ; ; ; ; ; ; sept",
    ),
    "fr": Spoken(
        beside="je; j'aimerais; j'aimerai; nous; on; prends; prend; prendrai; prendrais; préfère; préférerais; préférerai; voudrais; "
        "veux; veux bien; choisis; souhaite; peux; peux venir; peux prendre; viens; viendrai; viendrais; prendre; serai là; je peux; "
        "est-ce que je peux; puis-je; puis je; puis-je avoir; on peut; avoir; me convient; me conviendrait; conviendrait; convient; "
        "me va; va; va bien; irait; m'irait; m'arrange; m'arrangerait; va pour; ce sera; ce serait; c'est; c'est bon; c bon; bon; bien; "
        "très bien; parfait; super; top; nickel; mieux; le mieux; idéal; plutôt; oui; ok; okay; d'accord; dac; entendu; alors; donc; et; "
        "ou; mais; le; la; les; l; celui; celle; celui-là; ce; cette; cet; de; du; d; à; a; en; pour; pour moi; moi; me; mon; ma; est; "
        "rdv; rendez-vous; rendez vous; créneau; horaire; heure; date; jour; svp; stp; s'il vous plaît; s'il te plaît; merci; bonjour; "
        "bonsoir; bjr; vers",
        at="à; a; vers; celui de; celle de; pour",
        hour="h; heures; heure; hrs",
        option="option; numéro; n; choix; lettre; réponse; proposition; créneau",
        the="le; la; l",
        ordered="premier, première, 1er, 1ère, 1ere; deuxième, second, seconde, 2e, 2ème, 2eme; troisième, 3e, 3ème, 3eme",
        last="dernier; dernière",
        earliest="le plus tôt; la plus tôt",
        latest="le plus tard; la plus tard",
        earlier="",
        later="",
        ahead="aujourd'hui, aujourdhui; demain; après-demain, après demain",
        morning="matin; matinée",
        afternoon="après-midi; après midi; aprem; aprèm",
        evening="soir; soirée",
        noon="midi",
        hours="une deux trois quatre cinq six sept huit neuf dix onze douze",
        and_half="et demie; et demi; et demies",
    ),
    "nl": Spoken(
        beside="ik; wij; we; wil; wil graag; wou; zou; zou graag; graag; neem; nemen; kies; pak; liever; het liefst; liefst; kan; kan ik; "
        "kunnen we; kunnen; kom; komen; mag; mag ik; doe; doe maar; maar; maak er; van; dan; past; past me; past mij; past ons; schikt; "
        "komt; komt goed uit; komt uit; komt me goed uit; lukt; is; is goed; is prima; goed; prima; perfect; fijn; top; super; mooi; "
        "beste; beter; ja; jawel; ok; oke; oké; okay; akkoord; en; of; de; het; die; dat; deze; dit; op; om; in; voor mij; voor mij is; "
        "mij; me; ons; mijn; tijd; tijdstip; afspraak; moment; keuze; uur; alstublieft; alsjeblieft; aub; ajb; bedankt; dank u; dank u wel; "
        "dankjewel; dank je; hallo; hoi; goedemorgen; goedemiddag; goedendag; 's; s; rond; dag; een",
        at="om; rond; die van",
        hour="uur; u; h",
        option="optie; nummer; nr; keuze; letter; antwoord",
        the="de; het; die",
        ordered="eerste, 1e, 1ste; tweede, 2e, 2de; derde, 3e, 3de",
        last="laatste",
        earliest="vroegste",
        latest="laatste; de laatste",
        earlier="de vroegere; vroegere; de eerdere; eerdere",
        later="de latere; latere",
        ahead="vandaag; morgen; overmorgen",
        morning="ochtend; ochtends; morgens; morgen; voormiddag",
        afternoon="middag; middags; namiddag",
        evening="avond; avonds",
        hours="een twee drie vier vijf zes zeven acht negen tien elf twaalf",
        half_to="half",
    ),
    "pl": Spoken(
        beside="ja; my; poproszę; proszę; prosze o; poproszę o; wybieram; wybiorę; biorę; wezmę; wolę; wolałbym; wolałabym; chcę; chcialbym; "
        "chciałabym; chciałbym; chcemy; pasuje; pasuje mi; pasowałby; pasowałaby; pasowałoby; odpowiada; odpowiada mi; mi; może być; "
        "czy może być; niech będzie; będzie; będę; przyjdę; mogę; mogę przyjść; czy mogę; dam radę; dobrze; dobra; dobry; super; świetnie; "
        "idealnie; najlepiej; lepiej; raczej; tak; ok; okej; oki; zgoda; to; ten; ta; te; tę; tą; tego; w; we; o; na; i; albo; lub; ale; a; "
        "dla mnie; mnie; jest; termin; terminu; godzina; godzinie; godzinę; godz; g; wizyta; wizytę; dzień; dzień dobry; witam; cześć; dziękuję; "
        "dzięki; pozdrawiam; pani; pan; poproszę ten; około",
        at="o; na; godzina; godzinie; godzinę; godz; g; około",
        hour="godzina; godz; h",
        option="opcja; opcję; opcje; numer; nr; termin; litera; literę; wariant; odpowiedź",
        the="ten; ta; tę; termin",
        ordered="pierwszy, pierwsza, pierwsze, pierwszą, pierwszego; drugi, druga, drugie, drugą, drugiego; trzeci, trzecia, trzecie, trzecią, "
        "trzeciego",
        last="ostatni; ostatnia; ostatnią; ostatnie",
        earliest="najwcześniejszy; najwcześniejsza; najwcześniejszą",
        latest="najpóźniejszy; najpóźniejsza; najpóźniejszą",
        earlier="wcześniejszy; wcześniejsza; wcześniejszą",
        later="późniejszy; późniejsza; późniejszą",
        ahead="dziś, dzisiaj; jutro; pojutrze",
        morning="rano; ranem; przedpołudnie",
        afternoon="popołudniu; po południu; popołudnie",
        evening="wieczorem; wieczór",
        noon="południe",
        hours="pierwszej,pierwsza drugiej,druga trzeciej,trzecia czwartej,czwarta piątej,piąta szóstej,szósta siódmej,siódma ósmej,ósma "
        "dziewiątej,dziewiąta dziesiątej,dziesiąta jedenastej,jedenasta dwunastej,dwunasta",
        days="poniedziałku, poniedziałkowy, poniedziałki; wtorku, wtorkowy, wtorki; środę, środy, środowy; czwartku, czwartkowy, "
        "czwartki; piątku, piątkowy, piątki; sobotę, soboty, sobotni; niedzielę, niedzieli",
        half_to="wpół do; w pół do",
        months="styczniu; lutym; marcu; kwietniu; maju; czerwcu; lipcu; sierpniu; wrześniu; październiku; listopadzie; grudniu",
    ),
    "es": Spoken(
        beside="yo; nosotros; prefiero; preferiría; quiero; quisiera; querría; me gustaría; elijo; escojo; cojo; tomo; tomamos; reservo; me quedo con; "
        "quedo con; me viene bien; me viene mejor; viene bien; me va bien; me va mejor; va bien; me conviene; conviene; puedo; puedo ir; "
        "podría; podría ser; puede ser; iré; voy; sería; está bien; me parece bien; es; mejor; perfecto; genial; bien; muy bien; bueno; "
        "buena; ideal; vale; sí; si por favor; ok; okay; de acuerdo; entonces; pues; y; o; pero; más bien; el; la; los; las; lo; este; esta; ese; esa; "
        "de; del; a; al; en; por; para; para mí; por la; mí; me; mi; cita; hora; día; horario; opción; por favor; gracias; muchas gracias; "
        "hola; buenas; buenos días; buenas tardes; favor; sobre",
        at="a las; a la; las; de las; sobre las",
        hour="h; horas; hs; hrs",
        option="opción; número; letra; respuesta; la opción",
        the="la; el",
        ordered="primero, primera, primer, 1a, 1o; segundo, segunda, 2a, 2o; tercero, tercera, tercer, 3a, 3o",
        last="último; última",
        earliest="el más temprano; la más temprano; la más temprana; el más pronto",
        latest="el más tarde; la más tarde; la más tardía",
        earlier="",
        later="",
        ahead="hoy; mañana; pasado mañana",
        morning="por la mañana; de la mañana",
        afternoon="por la tarde; de la tarde; tarde",
        evening="noche; por la noche; de la noche",
        noon="mediodía",
        hours="una dos tres cuatro cinco seis siete ocho nueve diez once doce",
        and_half="y media",
    ),
    "id": Spoken(
        beside="saya; aku; kami; mau; ingin; pilih; memilih; ambil; mengambil; yang; yg; hari; tanggal; tgl; jam; pukul; waktu; jadwal; bisa; "
        "saya bisa; boleh; apakah bisa; bisakah; lebih suka; lebih baik; cocok; setuju; ya; iya; oke; ok; okey; baik; siap; sip; saja; aja; "
        "dengan; untuk; utk; di; pada; dan; atau; tapi; ini; itu; deh; ya dok; dok; dokter; bu; pak; mas; mbak; kak; min; tolong; mohon; "
        "terima kasih; makasih; trims; halo; hai; selamat pagi; selamat siang; selamat sore; datang; akan datang; janji; sekitar; jadi; paling bagus",
        at="jam; pukul; sekitar",
        hour="h; wib; wita; wit",
        option="pilihan; opsi; nomor; nomer; huruf; jawaban",
        the="yang; yg",
        ordered="pertama, kesatu; kedua, ke-2; ketiga, ke-3",
        last="terakhir",
        earliest="paling awal; paling pagi; paling cepat",
        latest="paling akhir; paling lambat; paling malam; paling sore",
        earlier="lebih awal; lebih pagi",
        later="lebih siang; lebih sore; lebih malam; lebih lambat",
        ahead="hari ini; besok, bsk; lusa",
        morning="pagi",
        afternoon="siang; sore",
        evening="malam",
        hours="satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas duabelas",
        days="; ; ; ; jum'at, jumaat; ; ahad",
        half_to="setengah",
    ),
    "de": Spoken(
        beside="ich; wir; nehme; nehmen; nehmen wir; möchte; hätte; hätte gern; hätte gerne; gern; gerne; würde; will; wähle; bevorzuge; "
        "am liebsten; lieber; kann; können; könnte; kann ich; könnte ich; komme; kommen; passt; passt mir; passt uns; passt mir gut; passt gut; "
        "passt mir am besten; passt am besten; würde passen; geht; geht gut; ginge; wäre; wäre gut; wäre super; ist; ist gut; ist ok; gut; prima; perfekt; "
        "super; toll; ideal; besser; dann; ja; jawohl; ok; okay; einverstanden; in ordnung; und; oder; aber; der; die; das; den; dem; am; im; um; "
        "für mich; mich; mir; uns; mein; termin; uhrzeit; zeit; uhr; bitte; danke; vielen dank; hallo; guten tag; guten morgen; guten abend; "
        "mit freundlichen grüßen; viele grüße; lg; mfg; gegen; also; es; mit; sehr",
        at="um; gegen",
        hour="uhr; h",
        option="option; nummer; nr; buchstabe; auswahl; antwort; termin; variante",
        the="der; die; den; das; termin",
        ordered="erste, ersten, erster, erstes; zweite, zweiten, zweiter, zweites; dritte, dritten, dritter, drittes",
        last="letzte; letzten; letzter; letztes",
        earliest="früheste; frühesten; frühester; früheste",
        latest="späteste; spätesten; spätester",
        earlier="der frühere; den früheren; frühere; früheren",
        later="der spätere; den späteren; spätere; späteren",
        ahead="heute; morgen; übermorgen, uebermorgen",
        morning="vormittag; vormittags; morgens; morgen; früh",
        afternoon="nachmittag; nachmittags",
        evening="abend; abends",
        noon="mittag; mittags",
        hours="eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf,zwoelf",
        days="; ; ; ; ; sonnabend",
        months="; ; maerz; ; ; ; ; ; ; ; ; dez",
        half_to="halb",
    ),
    "it": Spoken(
        beside="io; noi; prendo; prendiamo; preferisco; preferirei; scelgo; vorrei; voglio; mi andrebbe; mi va; mi va bene; mi andrebbe bene; "
        "va bene; andrebbe bene; per me; per me va bene; posso; posso venire; potrei; vengo; verrò; ci sarò; facciamo; sarebbe; è; "
        "mi sta bene; meglio; perfetto; ottimo; bene; benissimo; buono; ideale; piuttosto; allora; sì; si; ok; okay; d'accordo; certo; e; o; ma; "
        "il; lo; la; l; quello; quella; questo; questa; di; del; della; delle; a; al; alle; in; per; ore; ora; orario; appuntamento; giorno; "
        "per favore; per piacere; grazie; grazie mille; buongiorno; buonasera; salve; ciao; cordiali saluti; verso; mi; mio; un",
        at="alle; all; ore; delle; verso le; le",
        hour="h; ore",
        option="opzione; numero; n; lettera; risposta; scelta; l'opzione",
        the="il; la; quello; quella",
        ordered="primo, prima, 1o, 1a; secondo, seconda, 2o, 2a; terzo, terza, 3o, 3a",
        last="ultimo; ultima; l'ultimo; l'ultima",
        earliest="il più presto; quello più presto",
        latest="il più tardi; quello più tardi",
        earlier="",
        later="",
        ahead="oggi; domani; dopodomani",
        morning="mattina; mattino; di mattina",
        afternoon="pomeriggio",
        evening="sera",
        noon="mezzogiorno",
        hours="una due tre quattro cinque sei sette otto nove dieci undici dodici",
        and_half="e mezza; e mezzo",
    ),
    "pt": Spoken(
        beside="eu; nós; prefiro; preferia; preferimos; quero; queria; gostaria; escolho; fico com; ficamos com; pode ser; podia ser; poderia ser; "
        "posso; posso ir; posso vir; vou; irei; serve; serve-me; serve me; me serve; dá; dá-me jeito; dá me jeito; dava; dava-me jeito; convém; convém-me; "
        "está bem; está bom; está ótimo; é; seria; melhor; perfeito; ótimo; bom; bem; ideal; sim; ok; okay; certo; combinado; então; e; ou; mas; o; a; "
        "os; as; esse; essa; este; esta; de; do; da; das; em; na; às; para mim; para; mim; me; minha; consulta; hora; horas; horário; dia; feira; "
        "no dia; por favor; se faz favor; pf; obrigado; obrigada; muito obrigado; muito obrigada; olá; bom dia; boa tarde; boa noite; um",
        at="às; as; a; das; pelas",
        hour="h; horas; hrs",
        option="opção; número; letra; resposta",
        the="a; o",
        ordered="primeiro, primeira, 1o, 1a; segundo, segunda, 2o, 2a; terceiro, terceira, 3o, 3a",
        last="último; última",
        earliest="o mais cedo; a mais cedo",
        latest="o mais tarde; a mais tarde",
        earlier="",
        later="",
        ahead="hoje; amanhã; depois de amanhã",
        morning="manhã; de manhã",
        afternoon="tarde; da tarde; à tarde",
        evening="noite; à noite",
        noon="meio-dia; meio dia",
        hours="uma duas três quatro cinco seis sete oito nove dez onze doze",
        and_half="e meia",
    ),
}

BARE: dict[str, str] = {
    "en": "the; one; on; in; at; of; this; my; appointment; appt; visit; slot",
    "fr": "le; la; l; celui; celle; de; du; d; à; a; en; ce; mon; rdv; rendez-vous; rendez vous",
    "nl": "de; het; die; deze; dit; op; om; in; van; 's; s; mijn; afspraak; uur",
    "pl": "ten; ta; tę; tego; w; we; o; na; termin; wizyta; wizytę; wizyty",
    "es": "el; la; los; las; de; del; a; al; en; por; por la; este; esta; ese; esa; mi; cita; día",
    "id": "yang; yg; hari; tanggal; tgl; jam; pukul; pada; ini; itu; jadwal; janji",
    "de": "der; die; das; den; dem; am; im; um; mein; termin; uhr",
    "it": "il; lo; la; l; quello; quella; questo; di; del; della; delle; a; al; alle; in; mio; appuntamento; giorno; ore",
    "pt": "o; a; os; as; de; do; da; das; em; na; às; este; esta; esse; essa; minha; consulta; dia; feira; no dia; horas",
}
"""All that may stand around a day where naming it might cancel: no word of coming, suiting or agreeing, for "I'll come on Friday" says
that this visit is to stay."""

REFUSED = "at the latest; at the earliest; at least; prima di; prima delle; prima della; prima del; prima dell; prima d"
"""Bounds that are made of words which stand above."""
ASKING = (
    "can; could; may; peux; puis-je; puis; peut; kan; kunnen; mag; mogę; czy; puedo; podría; puede; bisa; boleh; bisakah; kann; könnte; "
    "posso; potrei; pode; podia; poderia"
)
"""Who asks with these asks for a time; "Friday?" may only ask whether Friday was meant."""
AGREES = "is; works; suits; sounds; ist; passt; past; pasuje; cocok"
"""Behind an "A" that begins a text: it is the letter."""
