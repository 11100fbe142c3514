"""What a comment is about, by the words in it: six topics, in nine languages. Pure.

A list of beginnings of words, not a model: whoever filters by a topic sees why a comment is under it, and nothing is learnt of
patients' words. The price: what is said in words that nobody listed is under no topic, and stands under "All" only.
"""

import re
from collections.abc import Mapping
from functools import cache

from recado.foundation.crypto import plain_letters
from recado.surveys.types import Topic

# The room to wait in is a place: nothing is said of waiting.
_ROOMS = re.compile(
    r"\b(?:waiting room|salle d'attente|wachtkamer|poczekaln|sala de espera|ruang tunggu|wartezimmer|sala d'attesa)"
)
# How words begin, without marks; "=" ends a word that must stand whole. All languages in one list: patients mix them.
BEGINNINGS: Mapping[Topic, str] = {
    Topic.WAITING: """
        wait, queue, delay, on time=, late=, quick, punctual
        attente=, attendu, attendre, retard, ponctu, a l'heure, rapide, file d'attente
        wacht, gewacht, vertraag, op tijd, vlot, snel
        czeka, poczeka, kolejk, opozni, spozni, o czasie, na czas=, punktual, szybk
        espera=, esperar, espere=, esperamos, esperando, retraso, demora, puntual, rapid
        menunggu, tunggu, antre, antri, terlambat, tepat waktu, cepat
        warte, gewartet, verspat, punktlich, schnell
        attesa=, atteso=, aspett, ritardo, veloc
        esperei, esperam, atraso, atrasad, demor, pontual
    """,
    Topic.KINDNESS: """
        so kind, very kind, was kind, were kind, are kind, kind at, kind staff, kind people, kind nurse, kind doctor, kind in the, kind to, kind and, kindness, kindly, friendl, unfriendl, nice=, rude=, polite, impolite, listen, patience, welcom, respect, afraid, felt safe,
        rushed, caring=, helpful
        aimable, gentil, sympa, accueil, ecout, bienveill, malpoli, impoli, patience
        vriendelijk, onvriendelijk, aardig, geluister, luister, beleefd, onbeleefd, behulpzaam, geduld
        mila=, mily=, mile=, milo=, milej=, niemil, uprzejm, nieuprzejm, zyczliw, cierpliw, wysluch, opryskliw
        amable, simpatic, antipatic, escuch, carin, trato=, atento, atenta, educad, paciencia
        ramah, sopan, sabar, mendengarkan, kasar=
        freundlich, unfreundlich, nett=, nette=, netten=, netter=, nettes=, hoflich, unhoflich, zugehort, geduld, herzlich
        cortes, scortes, ascolt, premuros, disponibil, pazienza
        amavel, amaveis, atencios, escut, carinh, grosseir
    """,
    Topic.CLARITY: """
        explain, explan, clear, unclear, understand, understood, told=, inform, questions=
        expliqu, explication, clair, compris, comprend, renseign
        uitgelegd, uitleg, duidelijk, onduidelijk, begrijp, begrep, begreep
        wyjasni, wytlumacz, tlumacz, jasn, niejasn, zrozum, niezrozum
        explic, claro=, muy clara=, clarid, entend, aviso=, avisar, me aviso
        penjelasan, jelas, menjelaskan, dijelaskan, paham, mengerti, informasi
        erklar, verstand, deutlich, undeutlich, klar=, klare=, unklar, aufgeklart
        spiega, spiegat, chiar, capito=, capire=
        entendi
    """,
    Topic.REACHING: """
        phone, telephone, call=, called=, calls=, calling=, get through, rang=, engaged=
        appel, joindre, joignable, injoignable, rappele, repond
        telefo, bellen=, gebeld, bereikbaar, onbereikbaar
        dzwoni, zadzwoni, dodzwoni, oddzwoni
        llam
        telepon, telpon, menelepon, hubungi, dihubungi
        anruf, angerufen, erreich, unerreich, zuruckgerufen
        chiama, richiam, risponde=
        ligar=, liguei, ligacao, chamada
    """,
    Topic.PLACE: """
        park, car park, the door, side door, front door, doors=, floor=, lift=, elevator, stair, entrance, building, waiting room, cold=, clean, dirty, toilet, chairs=, seats=,
        signpost
        stationn, entree=, porte=, etage, ascenseur, escalier, batiment, propre=, salle d'attente, froid
        parkeer, ingang, deur=, trap=, gebouw, schoon=, vies=, koud=, wachtkamer
        zaparkow, wejsci, drzwi, winda=, schod, budyn, czyst, brud, zimn, toalet, poczekaln
        aparca, estacion, puerta, ascensor, escaler, edificio, limpi, limpa, limpo=, suci, frio=, fria=, sala de espera
        parkir, pintu, tangga, gedung, bersih, kotor, dingin, ruang tunggu
        eingang, aufzug, fahrstuhl, treppe, gebaude, sauber, schmutz, kalt=, toilette, wartezimmer
        parchegg, ingresso, porta=, ascensore, edifici, pulit, sporc, fredd, sala d'attesa
        elevador, escada, predio, banheiro
    """,
    Topic.BOOKING: """
        book, appointment, remind, later hour, earlier hour, opening hours, hours are, slot=, slots=, by text, text message, the text=, form=, forms=
        rendez-vous, rappel=, horaire, sms, reserv, formulaire
        afspraak, afspraken, herinner, formulier
        rejestracj, umowi, umawia, termin=, terminu=, terminy=, przypomni, formularz
        cita=, citas=, recordatorio, horario, formulario
        janji, pengingat, jadwal, formulir
        erinner, uhrzeit, buchung, buchen, gebucht, termine=
        appuntament, promemoria, orari=, orario=, prenot, modulo=
        marcacao, marcar=, lembrete, agenda
    """,
}


def topics_of(words: str) -> tuple[Topic, ...]:
    """What a comment is about, in the order of Topic; empty: none of the words is listed."""
    plain = plain_letters(words).replace("’", "'")
    return tuple(topic for topic in Topic if _is_about(topic, plain))


def _is_about(topic: Topic, plain: str) -> bool:
    return bool(_pattern(topic).search(_ROOMS.sub("", plain) if topic is Topic.WAITING else plain))


@cache
def _pattern(topic: Topic) -> re.Pattern[str]:
    listed = sorted({one.strip() for one in re.split(r"[,\n]", BEGINNINGS[topic]) if one.strip()})
    return re.compile(r"\b(?:" + "|".join(_beginning(one) for one in listed) + ")")


def _beginning(one: str) -> str:
    return re.escape(one.rstrip("=")) + (r"\b" if one.endswith("=") else "")
