"""From a text and what was asked before it to what it means, how sure that is, and whether it may act by itself. Pure."""

from datetime import datetime

from .alarms import alarm_of
from .bare import read_bare
from .meanings import VISITS, Context, Meaning, Understood
from .reading import Text, read
from .rules import is_conditional, votes
from .stops import is_robust_stop
from .wishes import slots_of

# Below these a person reads it. Chosen by cross-validation: docs/reference/understanding.md.
THRESHOLDS: dict[Meaning, float] = {
    Meaning.CONFIRM: 0.70,
    Meaning.CANCEL: 0.78,
    Meaning.STOP: 0.80,
    Meaning.START: 0.90,
    Meaning.SURVEY_SCORE: 0.90,
    Meaning.ACCEPT_OFFER: 0.75,
    Meaning.DECLINE_OFFER: 0.75,
}
_LONGEST_FOR_SOMEBODY = 25  # words; a long text that cancels says something else too


def understand(
    raw: str, context: Context = Context.NONE, *, language: str | None = None, now: datetime | None = None
) -> Understood:
    """What `raw` means as an answer to `context`. `language`: what the person reads, where known; `now`: the local time to
    which "Thursday" is relative."""
    text = read(raw, language)
    alarm = alarm_of(text)
    meaning, confidence, reason, slots = _meant(raw, text, context, language)
    if alarm is not None and meaning not in (Meaning.CANCEL, Meaning.STOP) and confidence < 0.95:
        meaning, confidence, reason = Meaning.SYMPTOM_OR_EMERGENCY, 0.9, f"may be an emergency: {alarm}"
    slots = {**slots_of(raw, text, meaning, context, now), **slots}
    return Understood(
        meaning,
        round(confidence, 3),
        reason,
        slots,
        acts=alarm is None and _acts(text, context, meaning, confidence),
        must_escalate=alarm is not None,
        language=text.language,
    )


def _meant(
    raw: str, text: Text, context: Context, language: str | None
) -> tuple[Meaning, float, str, dict[str, object]]:
    bare = read_bare(raw, text, context, language)
    if bare is not None:
        return bare
    why = is_robust_stop(text)
    if why is not None and not text.has("NOTME"):
        return Meaning.STOP, 0.96, why, {}
    meaning, confidence, reason = votes(text, context)[0]
    return meaning, confidence, reason, {}


def _acts(text: Text, context: Context, meaning: Meaning, confidence: float) -> bool:
    if confidence < THRESHOLDS.get(meaning, 2.0):
        return False
    if meaning in (Meaning.CONFIRM, Meaning.ACCEPT_OFFER):
        return context is not Context.NONE and not is_conditional(text)
    if meaning is Meaning.CANCEL:
        return context in VISITS and not is_conditional(text) and len(text.words) <= _LONGEST_FOR_SOMEBODY
    return not text.asks
