"""Settings as a person gave them, read by what the carrier declares. Pure; not a carrier.

`read(SETTINGS, given)` gives every setting its value in its own type: a text from a command line, an environment variable
or a form becomes a number, a duration, a yes or no; what is missing gets its default or is asked for by name.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from recado.channels.protocol import BadSettings, Setting

_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)?", re.ASCII)
_LONGEST: Final = timedelta(days=366)
ADDRESSES: Final = ("url", "pricing_url", "callback_url")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", re.IGNORECASE)
_LOGIN_IN_ADDRESS: Final = re.compile(r"https?://[^\s/?#]*@", re.IGNORECASE)
_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}


def read(settings: Sequence[Setting], given: Mapping[str, object]) -> dict[str, Any]:
    """The value of every setting. Raises `BadSettings` for the first that is missing, unknown or not of its kind."""
    known = {setting.name for setting in settings}
    for name in given:
        if name not in known:
            raise BadSettings(name, f"There is no setting {name} here. Known are: {', '.join(sorted(known))}.")
    return {setting.name: _value(setting, given.get(setting.name)) for setting in settings}


def plain(settings: Sequence[Setting], given: Mapping[str, object]) -> dict[str, object]:
    """The same, checked, in what JSON can hold: how settings are kept. What wasn't given isn't kept, so that a default
    may change later."""
    read(settings, given)
    return {
        name: value.total_seconds() if isinstance(value, timedelta) else value
        for name, value in given.items()
        if value is not None and value != ""
    }


def check_ranges(values: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]]) -> None:
    """Raises `BadSettings` for the first number or duration (its range is in seconds) that is out of its range. One that a
    carrier doesn't have is none."""
    for name, (least, most) in ranges.items():
        value = values.get(name)
        is_time = isinstance(value, timedelta)
        if value is not None and not least <= (value.total_seconds() if is_time else value) <= most:
            unit = " seconds" if is_time else ""
            raise BadSettings(name, f"The setting {name} must be between {least} and {most}{unit}.")


def check_addresses(values: Mapping[str, Any]) -> None:
    """Raises `BadSettings` for the first address of an API or of ours that is none: each text would wait for it in vain."""
    for name in ADDRESSES:
        value = values.get(name)
        if value and _LOGIN_IN_ADDRESS.match(value):
            raise BadSettings(
                name,
                f"The setting {name} has a name and a password in the address, before its @. Take them out, and give them by the "
                "settings that this kind of carrier has for them: an address is shown and written to logs, those are kept secret.",
            )
        if value and not _ADDRESS.fullmatch(value):
            raise BadSettings(name, f"The setting {name} must be an address such as https://api.example/v1.")


def _value(setting: Setting, given: object) -> Any:
    if given is None or given == "":
        if setting.is_required:
            raise BadSettings(setting.name, f"The setting {setting.name} is missing: {setting.help}")
        given = setting.default
        if given is None or given == "":
            return given
    try:
        return _READERS[setting.kind](setting, given)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise BadSettings(
            setting.name, f"The setting {setting.name} must be {_wanted(setting)}: {setting.help}"
        ) from None


def _text(setting: Setting, given: object) -> str:
    text = str(given).strip()
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError("more than one line")
    return text


def _int(setting: Setting, given: object) -> int:
    if isinstance(given, bool):
        raise ValueError("not a number")
    number = int(str(given))
    if abs(number) >= 2**31:
        raise ValueError("not a number of use")
    return number


def _float(setting: Setting, given: object) -> float:
    number = float(str(given))
    if not 0 <= number < 1e12:
        raise ValueError("not a number of use")
    return number


def _bool(setting: Setting, given: object) -> bool:
    word = str(given).casefold()
    if word not in _YES | _NO:
        raise ValueError("neither yes nor no")
    return word in _YES


def _choice(setting: Setting, given: object) -> str:
    if given not in setting.choices:
        raise ValueError("not one of the choices")
    return str(given)


def _duration(setting: Setting, given: object) -> timedelta:
    found = None if isinstance(given, timedelta) else _DURATION.fullmatch(str(given).strip())
    duration = timedelta(seconds=float(found[1]) * _UNITS[found[2] or "s"]) if found else given
    if not isinstance(duration, timedelta) or not timedelta() <= duration <= _LONGEST:
        raise ValueError("not a duration of use")
    return duration


def _pem(setting: Setting, given: object) -> str:
    text = str(given).strip()
    if not text.startswith("-----BEGIN ") or "-----END " not in text:
        raise ValueError("not PEM")
    return text + "\n"


def _json(setting: Setting, given: object) -> Any:
    return json.loads(given) if isinstance(given, str) else given


_READERS: Final = {
    "text": _text,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "choice": _choice,
    "duration": _duration,
    "pem": _pem,
    "json": _json,
}
_WANTED: Final = {
    "text": "one line of text",
    "int": "a whole number",
    "float": "a number, 0 or more",
    "bool": "yes or no",
    "duration": "a time such as 30s, 5min or 2h",
    "pem": "in PEM form (-----BEGIN ...)",
    "json": "JSON",
}


def _wanted(setting: Setting) -> str:
    return f"one of {', '.join(setting.choices)}" if setting.kind == "choice" else _WANTED[setting.kind]
