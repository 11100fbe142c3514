"""Whether a sender or a wording can work where it is meant to: asked when one is saved, and of each text that leaves. Pure.

The facts are in `foundation.countries`; here is what follows from them. A law, and what the carriers block by
themselves, refuses; what somebody should know before it costs them something warns.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from recado.consent.types import TRAFFIC_OF, Purpose
from recado.foundation.countries.rules import rule_for
from recado.foundation.countries.values import Alphanumeric, CountryRule, Numeric, Traffic
from recado.foundation.phone import Phone, country_of
from recado.foundation.text import gettext_noop, normalise, words_of

from .asking import asks_for_reply
from .commands import is_stop
from .segments import GSM7
from .types import Problem, Route, Severity

LONGEST_NAME = 11  # letters: 3GPP TS 23.040 9.1.2.5, ten octets of seven bits
US_LETTERS = 160
# Names that could be anybody's. Carriers that refuse such names publish no list: these are the ones that all of them mean.
GENERIC = frozenset(
    [
        "sms",
        "info",
        "infosms",
        "sms-info",
        "alert",
        "alerts",
        "notice",
        "message",
        "messages",
        "clinic",
        "clinica",
        "klinik",
        "clinique",
        "kliniek",
        "klinika",
        "doctor",
        "dokter",
        "arts",
        "hospital",
        "hopital",
        "bank",
        "code",
        "otp",
        "verify",
        "verification",
        "service",
        "support",
        "test",
        "admin",
        "noreply",
        "no-reply",
        "reminder",
        "health",
        "appointment",
        "news",
    ]
)
# Hosts that anybody can point anywhere: carriers filter them, whoever stands behind.
SHORTENERS = (
    "bit.ly|tinyurl.com|t.co|goo.gl|ow.ly|is.gd|v.gd|buff.ly|rebrand.ly|cutt.ly|rb.gy|shorturl.at|tiny.cc|t.ly|s.id|bl.ink"
    "|lnkd.in|short.io|shorte.st|adf.ly|urlz.fr|kutt.it|rebrandly.com|qr.ae|tr.im"
)
_SHORTENER = re.compile(rf"(?<![\w.-])(?:{SHORTENERS.replace('.', '[.]')})(?:/|\b)", re.IGNORECASE)
_LINK = re.compile(r"https?://|\bwww\.|\{link\}|(?<![\w@.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\S", re.IGNORECASE)
_PHONE = re.compile(r"\{phone\}|\+?[0-9][0-9 ().-]{5,}[0-9]")
_LETTERS = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"(?<!\w)[\"'“”„‘«»]\s?([^\"'“”„‘’«»]{2,30}?)\s?[\"'“”’«»](?!\w)")
_LEFT_OUT = re.compile(r"\[\[.*?\]\]", re.DOTALL)  # where a value is missing
LINK = "{link}"
LONGEST_COMMAND = 4  # words of capitals that are read as one
_SHORT_CODE = r"\W{0,3}(?:au|to|a|à)?\W{0,3}[0-9]{5}\b"

# Why our own rules keep a text back, beside those of consent. The names are stored: never rename one.
RULES: dict[str, str] = {
    "no_carrier": gettext_noop("No carrier takes texts for this clinic."),
    "no_route": gettext_noop("The routes name no carrier for such a text to this country."),
    "sender_not_allowed": gettext_noop(
        "Phones of this number's country get no texts from a name: such a text needs a number as its sender."
    ),
    "sender_unregistered": gettext_noop(
        "In this number's country a name must be registered first, and nobody has noted that for the sender of this text."
    ),
    "sender_cannot_receive": gettext_noop(
        "The text asks for an answer, and it would leave from a sender that can't receive one."
    ),
    "stop_text_missing": gettext_noop(
        "The country of this number wants news to say how to stop them, and the text does not."
    ),
}

SENTENCES: dict[str, str] = {
    "name_too_long": gettext_noop("A name as sender has at most 11 letters."),
    "name_letters": gettext_noop("Phones can't show these letters in a sender's name: %(letters)s"),
    "name_generic": gettext_noop(
        "Carriers refuse names that could be anybody's. Take one that patients know the clinic by."
    ),
    "name_not_allowed": gettext_noop("Phones of %(country)s get no texts from a name. Take a number."),
    "name_unregistered": gettext_noop(
        "In %(country)s a name must stand in the register first (%(register)s): texts from others are blocked."
    ),
    "name_register_by": gettext_noop(
        "In %(country)s names that are not in the register (%(register)s) are blocked from %(date)s."
    ),
    "name_register_advised": gettext_noop("In %(country)s it is advised to register the name (%(register)s)."),
    "name_may_be_replaced": gettext_noop(
        "Carriers of %(country)s may put a number in the place of the name: name the clinic in each text."
    ),
    "name_in_text": gettext_noop("In %(country)s the name must stand in the text as well."),
    "name_cannot_receive": gettext_noop("Nobody can answer a name: texts carry links in place of answers."),
    "number_not_carried": gettext_noop("Carriers of %(country)s are said to take no numbers as senders."),
    "number_replaced": gettext_noop("Carriers of %(country)s put a short code of theirs in the place of the number."),
    "number_foreign": gettext_noop("Carriers of %(country)s block or replace numbers of other countries."),
    "number_unregistered": gettext_noop("In %(country)s a number is registered before it sends (%(register)s)."),
    "country_one_way": gettext_noop(
        "People in %(country)s can't answer texts of clinics, unless a carrier there takes them."
    ),
    "country_unknown": gettext_noop("Nobody has looked up the rules of %(country)s yet: ask the carrier."),
    "us_frequency": gettext_noop(
        "In the United States texts about care may be held to one a day and three a week for each person."
    ),
    "reply_unreachable": RULES["sender_cannot_receive"],
    "stop_text_missing": gettext_noop(
        "In %(country)s such a text must say how to stop them: “STOP” with the number that the carrier gives."
    ),
    "public_shortener": gettext_noop("Carriers block links of public shorteners. Use the clinic's own address."),
    "links_listed": gettext_noop(
        "Carriers of %(country)s want to know each address first, or they block texts with it."
    ),
    "clinic_not_named": gettext_noop("The text does not name the clinic."),
    "us_contact_missing": gettext_noop("In the United States a text about care says how to reach the clinic."),
    "us_too_long": gettext_noop("In the United States a text about care has at most 160 letters."),
    "us_billing": gettext_noop("In the United States a text about a bill needs the person's consent first."),
}


@lru_cache(maxsize=1024)
def is_name(sender: str) -> bool:
    """A sender of letters: phones show it, and nobody can write to it."""
    return any(letter.isalpha() for letter in sender)


def can_receive(route: Route) -> bool:
    """Whether an answer to what leaves by this route comes back to us."""
    return route.receives and not is_name(route.sender)


def barred(route: Route, country: str | None, purpose: Purpose, on: date) -> str | None:
    """Why a text from this route's sender would be dropped on its way to phones of a country: it is a name, and carriers there take
    none, or none that isn't registered. None: they carry it, as far as anybody knows."""
    if not is_name(route.sender):
        return None
    is_registered = route.registered is not None and route.registered <= on
    return _bars_name(country, TRAFFIC_OF[purpose], on, is_registered)


@lru_cache(maxsize=4096)
def _bars_name(country: str | None, traffic: Traffic, on: date, is_registered: bool) -> str | None:
    senders = rule_for(country, traffic, on).senders
    registry = senders.registry
    match senders.alphanumeric_on(on):
        case Alphanumeric.NO:
            return "sender_not_allowed"
        case Alphanumeric.REGISTERED if not is_registered and (registry is None or _blocks(registry.blocked_from, on)):
            return "sender_unregistered"
    return None


def is_risked(why: str | None, purpose: Purpose) -> bool:
    """Whether a text leaves although its sender is barred (`why`): an emergency does from a name that nobody has noted as
    registered, since it may be. Where a country takes none at all it would only be lost."""
    return (why, purpose) == ("sender_unregistered", Purpose.EMERGENCY)


def objection(purpose: Purpose, text: str, phone: Phone, route: Route, on: date) -> str | None:
    """Why a text may not leave by its route, whatever consent says of it. An emergency goes, answered or not (`is_risked`)."""
    if not can_receive(route):
        why = barred(route, country_of(phone), purpose, on) if is_name(route.sender) else None
        if why and not is_risked(why, purpose):
            return why
        if purpose is not Purpose.EMERGENCY and asks_for_reply(text):
            return "sender_cannot_receive"
    if purpose is Purpose.NEWS:
        rule = rule_for(country_of(phone), Traffic.MARKETING, on)
        if rule.stop.is_required and not _says_stop(text, rule, route.stop_text):
            return "stop_text_missing"
    return None


# ------------------------------------------------------------------------------------------------ senders


def check_sender(
    sender: str, country: str, traffic: Traffic, *, on: date, is_registered: bool = False
) -> list[Problem]:
    """What stands in the way of a sender (a name, a number, a short code) for phones of a country, on a day."""
    rule = rule_for(country, traffic, on)
    found = _of_name(sender, rule, country, on, is_registered) if is_name(sender) else []
    if not is_name(sender):
        found = _of_number(sender, rule, country, is_registered)
    if not rule.is_known:
        found.append(_warn("country_unknown", country=country))
    if rule.country == "US" and traffic is Traffic.SERVICE:
        found.append(_warn("us_frequency"))
    return found


def _of_name(sender: str, rule: CountryRule, country: str, on: date, is_registered: bool) -> list[Problem]:
    found = list(_of_letters(sender, rule))
    senders = rule.senders
    registry = senders.registry
    register = {"country": country, "register": registry.name if registry else ""}
    match _bars_name(rule.country, rule.traffic, on, is_registered):
        case "sender_not_allowed":
            return [*found, _refuse("name_not_allowed", country=country)]
        case "sender_unregistered":
            found.append(_refuse("name_unregistered", **register))
        case _ if senders.alphanumeric_on(on) in (Alphanumeric.OVERWRITTEN, Alphanumeric.DOUBTFUL):
            found.append(_warn("name_may_be_replaced", country=country))
        case _ if senders.name_in_text:
            found.append(_warn("name_in_text", country=country))
    if registry and not is_registered:
        if not registry.is_mandatory:
            found.append(_warn("name_register_advised", **register))
        elif registry.blocked_from and on < registry.blocked_from:
            found.append(_warn("name_register_by", date=registry.blocked_from.isoformat(), **register))
    return [*found, _warn("name_cannot_receive")]


def _blocks(blocked_from: date | None, on: date) -> bool:
    return blocked_from is None or on >= blocked_from


def _of_letters(sender: str, rule: CountryRule) -> list[Problem]:
    found = []
    if len(sender) > LONGEST_NAME:
        found.append(_refuse("name_too_long"))
    strange = "".join(dict.fromkeys(letter for letter in sender if letter not in GSM7 or letter in "[]{}\\^~|€\n\r\f"))
    if strange:
        found.append(_refuse("name_letters", letters=strange))
    if normalise(sender) in GENERIC:
        found.append(_refuse("name_generic") if rule.senders.refuses_generic else _warn("name_generic"))
    return found


def _of_number(sender: str, rule: CountryRule, country: str, is_registered: bool) -> list[Problem]:
    senders = rule.senders
    found = []
    match senders.numeric:
        case Numeric.NO:
            found.append(_warn("number_not_carried", country=country))
        case Numeric.OVERWRITTEN:
            found.append(_warn("number_replaced", country=country))
        case Numeric.LOCAL if sender.startswith("+") and country_of(Phone(sender)) != country.upper():
            found.append(_warn("number_foreign", country=country))
        case Numeric.REGISTERED if not is_registered:
            register = senders.registry.name if senders.registry else ""
            found.append(_warn("number_unregistered", country=country, register=register))
    if not senders.is_two_way:
        found.append(_warn("country_one_way", country=country))
    return found


# ------------------------------------------------------------------------------------------------ wordings


def check_wording(
    text: str,
    *,
    sender_can_receive: bool,
    purpose: Purpose,
    country: str,
    on: date,
    clinic: str = "",
    stop_text: str = "",
) -> list[Problem]:
    """What stands in the way of a wording: a finished text, or a template with its {placeholders}.

    `clinic`: the name that must be in it. `stop_text`: what the carrier wants said, word for word, where it has told us.
    """
    traffic = TRAFFIC_OF[purpose]
    rule = rule_for(country, traffic, on)
    found = []
    if not sender_can_receive and asks_for_reply(text):
        found.append((_warn if purpose is Purpose.EMERGENCY else _refuse)("reply_unreachable"))
    if rule.stop.is_required and not _says_stop(text, rule, stop_text):
        found.append((_refuse if purpose is Purpose.NEWS else _warn)("stop_text_missing", country=country))
    found += _of_links(text, rule, country)
    is_named = not clinic or _names(text, clinic)
    if not is_named and (rule.senders.name_in_text or rule.country == "US"):
        found.append(_warn("clinic_not_named"))
    if rule.country == "US" and traffic is Traffic.SERVICE:
        found += _of_the_us(text, purpose)
    return found


def _says_stop(text: str, rule: CountryRule, stop_text: str) -> bool:
    if stop_text:
        return stop_text in text
    return any(re.search(rf"\b{word}\b{_SHORT_CODE}", text, re.IGNORECASE) for word in rule.stop.words)


def has_no_way_out(text: str, country: str, on: date) -> bool:
    """Whether a template of news neither names a word that ends news, as it is to be typed (in capitals or in quotes: “quit smoking”
    names none), nor has the link behind which they are ended; what may be left out does not count. Each has to offer a free way out
    (ePrivacy directive article 13, PECR regulation 22; facts: HEALTH row 32), in whatever words where the country asks for none of
    its own (`check_wording`)."""
    if rule_for(country, Traffic.MARKETING, on).stop.is_required:
        return False
    stays = _LEFT_OUT.sub(" ", text)
    return LINK not in stays and not any(is_stop(said) for said in _as_typed(stays))


def _as_typed(text: str) -> Iterator[str]:
    """What a text shows as a word to be typed, and pieces of it where several capitals stand together."""
    yield from _QUOTED.findall(text)
    words = _LETTERS.findall(text)
    for at in range(len(words)):
        for count in range(1, LONGEST_COMMAND + 1):
            said = " ".join(words[at : at + count])
            if said.isupper():
                yield said


def _of_links(text: str, rule: CountryRule, country: str) -> list[Problem]:
    refuses = rule.links is not None and rule.links.refuses_shorteners and rule.is_known
    found = []
    if _SHORTENER.search(text):
        found.append((_refuse if refuses else _warn)("public_shortener"))
    if rule.links is not None and rule.links.must_be_listed and _LINK.search(text):
        found.append(_warn("links_listed", country=country))
    return found


def _names(text: str, clinic: str) -> bool:
    if "{clinic}" in text:
        return True
    wanted, said = words_of(clinic), words_of(text)
    return any(said[at : at + len(wanted)] == wanted for at in range(len(said)))


def _of_the_us(text: str, purpose: Purpose) -> list[Problem]:
    """The exemption for texts about health care. How often it lets one be written is not confirmed: see `us_frequency`."""
    found = []
    if not (_PHONE.search(text) or _LINK.search(text)):
        found.append(_warn("us_contact_missing"))
    if len(text) > US_LETTERS:
        found.append(_warn("us_too_long"))
    if purpose is Purpose.BILLING:
        found.append(_warn("us_billing"))
    return found


def _refuse(code: str, **values: str) -> Problem:
    return Problem(Severity.REFUSE, code, SENTENCES[code], values)


def _warn(code: str, **values: str) -> Problem:
    return Problem(Severity.WARN, code, SENTENCES[code], values)
