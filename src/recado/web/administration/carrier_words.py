"""The words of the carriers' pages: how a carrier is, what went wrong, what is left."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_currency, format_decimal, is_currency
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.messaging.queries import BalanceView, CarrierView, Health, Held, LinkView, unheard_for
from recado.web import audit_words, costs, dates, numbers
from recado.web.countries import locale_name
from recado.web.stories import words

from .operations_words import HEALTH, LANES

KINDS: dict[str, str] = {
    "smpp": "SMPP 3.4",
    "twilio": "Twilio",
    "vonage": "Vonage",
    "messagebird": "MessageBird",
    "infobip": "Infobip",
    "sinch": "Sinch",
    "spryng": "Spryng",
    "esendex": "Esendex",
    "smsapi": "SMSAPI",
    "instasent": "Instasent",
    "kannel": "Kannel",
    "android": "Android SMS gateway",
    "aws": "AWS End User Messaging",
    "generic": "HTTP",
}
LINKS: dict[str, tuple[str, str, Any]] = {
    "up": ("ok", "check", gettext_lazy("Connected")),
    "connecting": ("info", "refresh-cw", gettext_lazy("Connecting")),
    "down": HEALTH[Health.DOWN],
    "refused": HEALTH[Health.REFUSED],
}
LINK_KINDS: dict[str, Any] = {
    "transceiver": gettext_lazy("Sends and receives"),
    "transmitter": gettext_lazy("Sends"),
    "receiver": gettext_lazy("Receives"),
    "http": gettext_lazy("Requests over HTTP"),
}
STATES: dict[str, tuple[str, str, Any]] = {
    "ready": ("ok", "check", gettext_lazy("Connected")),
    "down": HEALTH[Health.DOWN],
    "refused": HEALTH[Health.REFUSED],
    "silent": ("warn", "triangle-alert", gettext_lazy("Our own sender did not run")),
}
_UNREACHED = gettext_noop("It does not answer when we connect.")
_CLOSED = gettext_noop("It closed the connection.")
_SHUT = gettext_noop("Nothing listens at its address, or it turns us away.")
_LOGIN = gettext_noop("It refuses our name or password.")
_CERTIFICATE = gettext_noop("Its certificate can't be trusted.")
TROUBLES: dict[str, str] = {
    **words.REASONS,
    "TimeoutError": _UNREACHED,
    "ConnectTimeout": _UNREACHED,
    "PoolTimeout": gettext_noop("All connections to it are taken: it answers too slowly."),
    "ConnectionRefusedError": _SHUT,
    "ConnectError": _SHUT,
    "OSError": _SHUT,
    "gaierror": gettext_noop("Its address is not known: the name leads nowhere."),
    "ConnectionResetError": _CLOSED,
    "ConnectionAbortedError": _CLOSED,
    "BrokenPipeError": _CLOSED,
    "closed by the carrier": _CLOSED,
    "unbound by the carrier": gettext_noop("It said goodbye and ended the connection."),
    "two questions without an answer": gettext_noop("It said nothing for so long that the connection was given up."),
    "bind refused": _LOGIN,
    "SSLError": _CERTIFICATE,
    "SSLCertVerificationError": _CERTIFICATE,
    "ESME_RINVPASWD": _LOGIN,
    "ESME_RINVSYSID": _LOGIN,
    "ESME_RBINDFAIL": gettext_noop("It does not let us bind: name, password, or too many connections."),
    "ESME_RALYBND": gettext_noop("It says that we are connected already."),
    "ESME_RSYSERR": gettext_noop("It reports an error of its own."),
    "credentials_refused": _LOGIN,
    "no_credit": gettext_noop("Our credit with it is used up."),
    "address_wrong": gettext_noop("The address that we call is not the right one."),
    "connecting": gettext_noop("We were still connecting, as after a restart."),
    "settings": gettext_noop("Its settings can't be used. The log of the server says which."),
}
FLAW = gettext_noop("It sent something that is no SMPP.")


price = costs.exact


def link_chip(link: LinkView) -> tuple[str, str, Any]:
    """How one connection is. Over HTTP nothing is claimed before the first answer."""
    if link.kind == "http" and link.is_up and link.heard_at is None:
        return HEALTH[Health.UNTRIED]
    return LINKS.get(link.health, LINKS["down"])


def trouble(code: str) -> str:
    """What went wrong, in words; a code that only the carrier knows is shown as it is."""
    if code.startswith("peer sent a "):
        return _(FLAW)
    return words.said(TROUBLES, code) if code else ""


def remedy(view: CarrierView) -> str:
    """What to do about how a carrier is; empty where there is nothing to do."""
    if view.health is Health.REFUSED and view.trouble == "no_credit":
        return _(
            "Its texts wait, or leave by another where a route has one. Pay in with the carrier: it is tried again by itself."
        )
    said = {
        Health.REFUSED: _(
            "Its texts wait, or leave by another where a route has one. The operator of the server checks name, password and"
            " address: it is tried again every few minutes, and at once when they are changed or a test text is sent."
        ),
        Health.DOWN: _("Its texts wait, or leave by another where a route has one. We connect again by ourselves."),
        Health.UNHEARD: _(
            "The connection stands, and it owes us an answer. What was handed over and stays without an answer is uncertain"
            " and is not sent twice by itself."
        ),
        Health.PART: _("Texts leave over the connections that stand."),
        Health.SILENT: _("Our own sender does not run, so nothing leaves. The operator of the server starts it again."),
        Health.UNTRIED: _(
            "It has answered nothing since our sender began, so nobody knows whether it would take a text. Send a test text."
        ),
        Health.OFF: _("The operator of the server has switched it off."),
    }
    return said.get(view.health, "")


def since(view: CarrierView, zone: ZoneInfo) -> str:
    """Since when it is so, as far as that is known."""
    if view.health in (Health.NEW, Health.OFF, Health.UNHEARD, Health.UNTRIED) or view.heard_at is None:
        return ""
    if view.health is Health.SILENT:
        return _("Last heard %(when)s") % {"when": moment(view.heard_at, zone)}
    if view.health is Health.PART:
        up, all_links = sum(link.is_up for link in view.links), len(view.links)
        return _("%(up)s of %(all)s connections") % {"up": up, "all": all_links}
    up_since = [link.since for link in view.links if link.is_up]
    begun = view.heard_at if view.health is not Health.WORKING else min(up_since, default=None)
    return _("Since %(when)s") % {"when": moment(begun, zone)} if begun else ""


def unheard(view: CarrierView) -> int | None:
    """For how many seconds the carrier has owed an answer and said nothing."""
    waits = [wait for link in view.links if (wait := unheard_for(link)) is not None]
    return int(min(waits).total_seconds()) if view.health is Health.UNHEARD and waits else None


def kind(view: CarrierView) -> str:
    """What it speaks, with its connections."""
    name = KINDS.get(view.kind, view.kind)
    count = len(view.links)
    if not count or view.links[0].kind == "http":
        return name
    said = ngettext("%(kind)s, %(count)s connection", "%(kind)s, %(count)s connections", count)
    return said % {"kind": name, "count": count}


def speed(links: tuple[LinkView, ...]) -> str:
    """How many texts a second may leave at most; empty where only the window holds them."""
    rates = [link.rate for link in links if link.kind != "receiver"]
    if not rates or any(rate is None for rate in rates):
        return ""
    return _("%(count)s / s") % {"count": decimal(sum(rate or 0.0 for rate in rates))}


def window(links: tuple[LinkView, ...]) -> tuple[int, int, int]:
    """Under way, allowed now, allowed at most: of the connections that send and are up."""
    sending = [link for link in links if link.kind != "receiver" and link.is_up]
    return (
        sum(link.under_way for link in sending),
        sum(link.window for link in sending),
        sum(link.most for link in sending),
    )


def is_slowed(link: LinkView) -> bool:
    """Whether the carrier has had to slow us: it has said lately that we send too fast."""
    return link.is_up and (link.window < link.most or (link.rests_until is not None and link.rests_until > real_now()))


def balance(view: BalanceView) -> str:
    if is_currency(view.currency.upper()):
        return format_currency(view.amount, view.currency.upper(), locale=locale_name())
    amount = decimal(float(view.amount))
    return f"{amount} {view.currency}" if view.currency else _("%(amount)s credits") % {"amount": amount}


def lasts(view: BalanceView) -> str:
    """How long it lasts; empty where that isn't known."""
    if view.amount <= 0:
        return _("used up")
    if view.lasts is None:
        return ""
    return _("about %(time)s at the pace of the last day") % {"time": dates.ago(view.lasts)}


def decimal(value: float) -> str:
    return format_decimal(value, format="#,##0.##", locale=locale_name())


def share(value: float) -> str:
    """98.4 %, rounded down: 100 % is said only where it is so."""
    return numbers.percent(int(value * 1000) / 1000, 1)


def moment(at: datetime, zone: ZoneInfo) -> str:
    return dates.short_moment(at.astimezone(zone))


def lasting(wait: timedelta) -> str:
    """45 s, 12 min, 3 h."""
    seconds = int(wait.total_seconds())
    return _("%(seconds)s s") % {"seconds": max(0, seconds)} if seconds < 60 else dates.ago(wait)


def by(actor: Actor | None, names: dict[str, str]) -> str:
    """Who it was."""
    if actor is None:
        return ""
    return names.get(actor.ref) or str(audit_words.ACTORS.get(actor.kind, actor.kind))


def held(one: Held, names: dict[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """A line of what is paused."""
    who = by(one.by, names)
    when = moment(one.since, zone)
    return {
        "lane": int(one.lane) if one.lane is not None else None,
        "carrier": one.carrier,
        "name": one.name if one.lane is None else LANES[one.lane][0],
        "said": _("by %(who)s, since %(when)s") % {"who": who, "when": when}
        if who
        else _("since %(when)s") % {"when": when},
    }
