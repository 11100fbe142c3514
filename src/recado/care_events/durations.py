"""Minutes of waiting, as they are said in each language."""

from babel import Locale
from babel.units import format_unit

from recado.messaging.queries import Spoken

from .wordings import WORDINGS

HOUR = 60


def waiting(minutes: int) -> Spoken:
    """ "1 minute", "25 minutes", "1 hour 30 minutes"; in every language of the texts (CLDR's units)."""
    return Spoken({language: _in_words(minutes, language) for language in WORDINGS["delay"]})


def _in_words(minutes: int, language: str) -> str:
    hours, rest = divmod(minutes, HOUR)
    said = [(hours, "hour"), (rest, "minute")]
    words = (format_unit(count, f"duration-{unit}", "long", locale=Locale(language)) for count, unit in said if count)
    return (
        " ".join(words).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    )  # they cost a part
