"""Texts about a visit that also say what it is for: only for who agreed to that, on their own phone (ADR 39). Pure.

The clinic's name of the service stands in brackets, the same in every language; where there is none, or where it tells an
illness, the text is the one of everybody."""

from .wordings import BY_LINK, WORDINGS

TOLD = (
    "visit_confirmation",
    "visit_question",
    "visit_second_question",
    "visit_moved",
    "visit_moved_question",
    "visit_today",
)
SERVICE = "[[ ({service})]]."


def _with_service(texts: dict[str, str]) -> dict[str, str]:
    """At the end of the first sentence, which is the one about the visit."""
    return {language: text.replace(".", SERVICE, 1) for language, text in texts.items()}


CLINICAL: dict[str, dict[str, str]] = {
    key: _with_service(WORDINGS[key]) for key in (*TOLD, *(BY_LINK[key] for key in TOLD if key in BY_LINK))
}
"""By the key of the text that it stands for."""
