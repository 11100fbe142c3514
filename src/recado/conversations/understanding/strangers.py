"""Who writes from somebody else's phone: "I am NOT Kayleigh", "never heard of a Gerald". Pure."""

import re

from .lexicon import phrase_of
from .reading import Text

# "I am NOT Kayleigh, stop asking me about her scan": somebody else's phone. German writes every noun so.
_OTHER_NAME = re.compile(
    r"\b(?:(?i:i am not|i'm not|im not)|(?i:suis pas|pas de)|(?i:ben niet|ben geen)|(?i:nie jestem)|(?i:no soy)|(?i:bukan)|(?i:non sono)|(?i:não sou|nao sou))"
    r"(?: (?i:mrs?|ms|miss|mme|madame|monsieur|mevrouw|meneer|pani|panem|pana|señora?|pak|bu|ibu|bapak|signora?|dona|senhora?)\.?)?"
    r" (?:(?i:de|van|der) )*[A-ZŁŚŻŹĆÀ-Þ][a-zà-ÿąćęłńóśźż]+"
    r"|\b(?i:bin nicht|bin keine?) (?i:frau|herr)\b"
    # "I don't know a Gerald", "ken heel geen Joris", but not "ken geen Engels"
    r"|\b(?:(?:(?i:don['’]?t know|do not know|never heard of) (?i:an?|any)|(?i:i know no)|(?i:connais) (?i:pas de|aucune?)|(?i:ken) (?:(?i:heel|helemaal) )?(?i:geen)"
    r"|(?i:znam) (?i:żadne\w+)|(?i:conozco) (?i:a ningun[ao]?|a ningún)|(?i:gak|tidak|nggak|ga) (?i:ken[ae]l) (?i:yang namanya|sama|dengan)"
    r"|(?i:conosco) (?i:nessuna?|nessun)|(?i:conheço) (?i:nenhuma?)) |(?i:connais pas d['’]))"
    r"(?:(?i:mrs?|ms|miss|mme|madame|monsieur|mevrouw|meneer|pani|pana|señora?|pak|bu|ibu|signora?|dona)\.? )?"
    r"(?!Engl|Enge|Anglais|Angielsk|Ingl|Inggris|French|Fran|Frans|Dutch|Nederl|Holend|Polish|Pol[as]|Spa[ns]|Españ|Indones|German|Deutsch|Duits|Allem|Ital|Portug|Recado|D[or]|Kli[ni]|Cli[ni])"
    r"[A-ZŁŚŻŹĆÀ-Þ][a-zà-ÿąćęłńóśźż]+"
    # "I've got no child called Oliwia", and Polish without the "called"
    r"|\b(?:(?i:no|any) (?i:child|kid|son|daughter|husband|wife|patient) (?i:called|named)|(?i:nie mam) (?i:żadne\w+) (?i:dziecka|syna|córki|męża|żony)"
    r"|(?i:heb geen) (?i:kind|zoon|dochter|man|vrouw) (?i:die|genaamd)|(?i:pas) (?i:d['’]enfant|de fils|de fille|de mari|de femme) (?i:qui s['’]appelle|du nom de)"
    r"|(?i:no tengo) (?i:ning[uú]na?) (?i:hij[oa]|niñ[oa]) (?i:que se llame|llamad[oa])|(?i:gak|ga|tidak|nggak) (?i:punya anak) (?i:namanya|yang namanya|bernama)"
    r"|(?i:habe) (?i:keine?n?) (?i:sohn|tochter|kind) (?i:namens)|(?i:non ho) (?i:nessuna?|nessun) (?i:figli[oa]) (?i:di nome|che si chiama))"
    r" [A-ZŁŚŻŹĆÀ-Þ][a-zà-ÿąćęłńóśźż]+"
    r"|\b(?i:kenne keine?n?) (?i:frau|herrn?) (?!Dok|Dr)[A-ZÄÖÜ]"
)

# "Don't write to this number" is no word of somebody else, though a stranger says "this number" too.
_THIS_NUMBER = frozenset(
    map(
        phrase_of,
        "este número; nomor ini; no ini; dit nummer; ce numéro; ten numer; questo numero; diese nummer; esse número".split(
            ";"
        ),
    )
)


def is_somebody_else(raw: str) -> bool:
    """True for "I am NOT Kayleigh" and "ben geen mevrouw De Wit"."""
    return bool(_OTHER_NAME.search(raw))


def is_of_a_stranger(text: Text) -> bool:
    """True for "you have the wrong person"."""
    return any(text.words[mark.start : mark.end] not in _THIS_NUMBER for mark in text.of("NOTME"))
