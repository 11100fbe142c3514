"""Texts by a template of the clinic's own, filled with what another system tells. Pure.

They are neutral: another system names a number, not a patient, so nobody knows what its owner wants a screen to show. What
looks like a date (2026-11-26) or a moment with its zone (2026-11-26T10:30:00Z) is written in the language of the text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from recado.api import shapes
from recado.api.problems import Problem, problem
from recado.clinics.types import ClinicSettings
from recado.consent.types import Privacy, Purpose
from recado.foundation.dates import Day, When
from recado.messaging.queries import MissingValue, Value, Wording, Written, write

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)\Z")


NO_TEMPLATE = problem(
    "no_template",
    "Name a template of the clinic's own that is live (Templates, in Recado), or send the wording as text.",
    "template",
)


@dataclass(frozen=True, slots=True)
class Filling:
    """The clinic's templates that are live, and what we know of the clinic ourselves."""

    texts: Mapping[str, Wording]
    clinic: ClinicSettings

    def write(self, one: shapes.NewMessage, purpose: Purpose) -> Written | Problem:
        """The finished text of a message that names a template, or what is wrong."""
        if one.text is not None:
            return problem("invalid", "Give text or template, not both.", "template")
        which = self.texts.get(one.template or "")
        if which is None:
            return NO_TEMPLATE
        if which.is_news != (purpose is Purpose.NEWS):
            return problem("invalid", "Templates of news go with the purpose news, and no others do.", "purpose")
        language = one.language or self.clinic.default_language
        try:
            values = {name: self._value(said) for name, said in (one.values or {}).items()}
            values |= {"clinic": self.clinic.name, "phone": self.clinic.phone_shown}
            level = which.level_for(Privacy.NEUTRAL, language)
            return write(which, level, language, values, fallback=(self.clinic.default_language,))
        except MissingValue as missing:
            return problem("invalid", f"Give a value for {missing}: the template can't be written without.", "values")

    def _value(self, said: str) -> Value:
        try:
            if _DAY.match(said):
                return Day(date.fromisoformat(said))
            if _MOMENT.match(said):
                return When(datetime.fromisoformat(said), self.clinic.time_zone)
        except ValueError:  # no such day: shown as it was written
            pass
        return said
