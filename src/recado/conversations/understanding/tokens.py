"""Words in one form for tables and for texts. Pure."""

import re

from recado.foundation.text import words_of

_ELISION = re.compile(r"^(\w{1,4})'(\w{2,})$")
_MOST_WORDS = 120  # no rule looks further
# Indonesian as it is typed, without its vowels: no word of another of our languages, nor of a text in them.
_WHOLE = dict(
    pair.split(":")
    for pair in (
        "jgn:jangan jngn:jangan jgan:jangan tdk:tidak tdak:tidak udh:udah sdh:sudah utk:untuk untk:untuk brp:berapa brapa:berapa "
        "tlg:tolong tlong:tolong bsk:besok bsok:besok jdwl:jadwal msh:masih mhn:mohon sblm:sebelum stlh:setelah dtg:datang "
        "dtng:datang skrg:sekarang skrng:sekarang kmrn:kemarin gmn:gimana knp:kenapa krn:karena krna:karena mksh:makasih bnyk:banyak obt:obat"
    ).split()
)


def tokens_of(text: str) -> tuple[str, ...]:
    """Words in one form for tables and texts: "j'arrive" is two, "can't" and "cant" are one.

    >>> tokens_of("J'arrive, I can’t")
    ('j', 'arrive', 'i', 'cant')
    >>> tokens_of("jgn sms, stlh")
    ('jangan', 'sms', 'setelah')
    """
    found: list[str] = []
    for word in words_of(text)[:_MOST_WORDS]:
        parts = _ELISION.match(word)
        found += parts.groups() if parts else (word.replace("'", ""),)
    return tuple(_WHOLE.get(word, word) for word in found if word)
