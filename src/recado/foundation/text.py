"""Reading what people type: one form for matching, for every room. Pure. And a mark for sentences of pure modules.

A normal form is only for comparing with tables of words. Never stored, never shown: folding loses what the person wrote.
"""

import re
import unicodedata
from functools import lru_cache

# Invisible or decorating: variation selectors, zero-width and direction marks, soft hyphen, the keycap's box, skin tones.
_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x034F,
        0x061C,
        0x20E3,
        0x2060,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xFE00, 0xFE10),
        *range(0x1F3FB, 0x1F400),
    ]
)
# Apostrophes as phones type them. Before NFKC, which would tear the acute accent into a space and a mark.
_APOSTROPHES = dict.fromkeys(map(ord, "’‘‛`´ʼʹ′＇"), "'")
# Letters whose stroke or ligature no decomposition takes off.
_LETTERS = {ord(a): b for a, b in zip("łđøıæœħŧþð", ("l", "d", "o", "i", "ae", "oe", "h", "t", "th", "d"), strict=True)}
_BEFORE = {**_INVISIBLE, **_APOSTROPHES}
_ACCENTS = re.compile("[\u0300-\u036f]+")  # Latin, Greek, Cyrillic; the marks of other scripts carry the word
_FOREIGN_DIGIT = re.compile(r"[^\W\D0-9]")


def normalise(text: str) -> str:
    """One form of `text` for comparing: NFKC, case and accents folded, every script's digits as 0-9, spaces
    collapsed, surrounding punctuation and invisible characters gone. Emoji stay. Idempotent.

    >>> normalise("  ¡SÍ, confirmo!  "), normalise("1️⃣"), normalise("Odwołuję."), normalise("２！")
    ('si, confirmo', '1', 'odwoluje', '2')
    """
    if text.isascii():
        folded = text.casefold().replace("`", "'")
    else:
        folded = _fold(text)
    return _without_edges(" ".join(folded.split()))


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_BEFORE)).casefold()
    # Once more: a folded letter may decompose again, and what NFKC made may be invisible.
    text = unicodedata.normalize("NFKC", text).casefold().translate(_BEFORE)
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    text = unicodedata.normalize("NFKC", text)
    return _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)


def _without_edges(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_edge(text[start]):
        start += 1
    while end > start and _is_edge(text[end - 1]):
        end -= 1
    return text[start:end]


@lru_cache(maxsize=4096)
def _is_edge(letter: str) -> bool:
    """Punctuation, spaces, controls, signs; not emoji (So), which may be the whole answer."""
    category = unicodedata.category(letter)
    return category[0] in "PZC" or category in ("Sk", "Sm", "Sc")


def is_emoji(letter: str) -> bool:
    return unicodedata.category(letter[0]) == "So"


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in their normal form, without punctuation; each emoji is a word of its own.

    >>> words_of("Oui, d’accord👍"), words_of("1 = ik kom")
    (('oui', "d'accord", '👍'), ('1', 'ik', 'kom'))
    """
    spread = "".join(map(_spread, normalise(text)))
    return tuple(word for word in (_without_edges(word) for word in spread.split()) if word)


@lru_cache(maxsize=4096)
def _spread(letter: str) -> str:
    if letter == "'":
        return letter
    if is_emoji(letter):
        return f" {letter} "
    return " " if _is_edge(letter) else letter


# Said around an answer without changing it. Greetings and thanks, and emoji that only smile.
_COURTESIES = """
hello; hi; hey; dear; good morning; good afternoon; good evening; please; pls; plz; thanks; thank you; thank you very much; thx;
many thanks; cheers; best regards; kind regards; regards; bonjour; bonsoir; salut; merci; merci beaucoup; svp; s'il vous plaît; s'il te plaît;
cordialement; bonne journée; hallo; hoi; dag; goedemorgen; goedemiddag; goedenavond; goedendag; alstublieft; alsjeblieft; aub; ajb;
bedankt; dank u; dank u wel; dank je; dank je wel; dankjewel; met vriendelijke groet; groet; groeten; dzień dobry; dobry wieczór;
witam; cześć; proszę; dziękuję; dzięki; dziękuję bardzo; bardzo dziękuję; pozdrawiam; hola; buenos días; buenas tardes;
buenas noches; buenas; por favor; gracias; muchas gracias; un saludo; saludos; halo; hai; selamat pagi; selamat siang;
selamat sore; selamat malam; tolong; mohon; terima kasih; makasih; trims; guten tag; guten morgen; guten abend; bitte; danke;
vielen dank; mit freundlichen grüßen; viele grüße; buongiorno; buonasera; ciao; per favore; per piacere; grazie; grazie mille;
cordiali saluti; saluti; olá; bom dia; boa tarde; boa noite; se faz favor; obrigado; obrigada; muito obrigado; muito obrigada; cumprimentos;
🙏; 😊; 🙂; 😀; 😃; 😄; 😁; ☺; 😉; 🤗; ❤; 🌹; 🌸; 👋; 👏
"""
COURTESIES = frozenset(words_of(phrase) for phrase in _COURTESIES.replace("\n", " ").split(";"))
_LONGEST = max(map(len, COURTESIES))


def without_courtesy(words: tuple[str, ...]) -> tuple[str, ...]:
    """Takes greetings and thanks off both ends: nothing left means that nothing was said."""
    while words:
        for size in range(min(_LONGEST, len(words)), 0, -1):
            if words[:size] in COURTESIES:
                words = words[size:]
                break
            if words[-size:] in COURTESIES:
                words = words[:-size]
                break
        else:
            return words
    return words


def gettext_noop(text: str) -> str:
    """Marks a sentence for the catalogues (`tools/messages.py`) and returns it as it is; whoever shows it translates it.

    Django's mark of this name does the same, but the pure modules may not import Django.
    """
    return text
