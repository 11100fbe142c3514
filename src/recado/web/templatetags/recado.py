"""Tags and filters that every template may use: `{% load recado %}`."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from recado.clinics.roles import Role
from recado.web import clinicians, dates, languages, numbers, role_words
from recado.web.icons import BODIES
from recado.web.patients.words import language_name as language_of
from recado.web.sign_in.at_work import clinic_of

register = template.Library()

_SVG = (
    '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An inlined Lucide icon: `{% icon "check" "icon-l" %}`. KeyError for a name that isn't kept."""
    body = mark_safe(BODIES[name])
    return format_html(_SVG, f" {extra}" if extra else "", body)


@register.filter
def isolated(text: object) -> SafeString:
    """A name, number or address as its own run of text: it neither turns its neighbours round nor is translated."""
    return format_html('<bdi translate="no">{}</bdi>', text)


@register.filter
def national(number: str) -> str:
    """A phone number as people of its country write it."""
    return numbers.national(number)


@register.filter
def international(number: str) -> str:
    """A phone number with its country code."""
    return numbers.international(number)


@register.filter
def callable_number(number: str) -> str:
    """A phone number for `tel:`."""
    return numbers.callable_number(number)


@register.filter
def moment(at: datetime) -> str:
    """A day and time in the zone that it carries: Thu 26 Nov, 10:30."""
    return dates.short_moment(at)


@register.filter
def clock(at: datetime) -> str:
    """The time of day in the zone that it carries: 10:30."""
    return dates.clock(at)


@register.filter
def iso_day(at: datetime) -> str:
    """The day in an address, in the zone that it carries: 2026-11-26."""
    return at.date().isoformat()


@register.filter
def weekday(at: datetime) -> str:
    """The day of the week, short: Thu."""
    return dates.weekday(at)


@register.filter
def language_name(code: str) -> str:
    """The name of a patient's language, in the reader's."""
    return language_of(code)


@register.filter
def unlocalized(value: float | str) -> str:
    """A number as SVG and inputs want it, whatever the reader's language; what somebody typed in its place as it is."""
    return value if isinstance(value, str) else f"{value:g}"


@register.filter
def full_day(at: datetime) -> str:
    """The day of a moment, with its year: 14 Mar 2026."""
    return dates.full_date(at.date())


@register.filter
def seconds(at: datetime) -> str:
    """The seconds of a moment, beside its clock."""
    return f"{at:%S}"


@register.filter
def short_id(identifier: object) -> str:
    """The end of an id: its beginning is the time, and alike in many."""
    return f"…{str(identifier)[-6:]}"


@register.filter
def at(values: list[object], place: int) -> object:
    """The value at a place of a list."""
    return values[place]


@register.filter
def number(count: int) -> str:
    """A count with the separators of the reader's language."""
    return numbers.counted(count)


@register.filter
def percent(share: float) -> str:
    """A share of 1 in whole percent, as the reader's language writes it: 75%, 75 %."""
    return numbers.percent(share)


@register.filter
def in_percent(share: float) -> str:
    """The same of a number of percent: 75 is 75%, 75 %."""
    return numbers.percent(share / 100)


AVATAR_COLOURS = 6


@register.simple_tag
def avatar(name: str, extra: str = "") -> SafeString:
    """Initials on a colour of the name's own: `{% avatar person.name "av-s" %}`. It repeats the name beside it, so
    screen readers skip it."""
    words = [word for word in name.split() if word[:1].isalnum()]
    initials = (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"
    colour = sum(name.encode()) % AVATAR_COLOURS + 1
    return format_html(
        '<span class="av av-{}{}" aria-hidden="true">{}</span>', colour, f" {extra}" if extra else "", initials
    )


@register.simple_tag
def role_title(role: Role) -> str:
    """What a role is called, in the reader's language."""
    return role_words.title(role.code)


@register.simple_tag(takes_context=True)
def clinician_code(context: Any, name: str) -> str:
    """What stands for a clinician in an address."""
    return clinicians.code_of(clinic_of(context["request"]), name)


@register.simple_tag(takes_context=True)
def in_language(context: Any, code: str) -> str:
    """The query that shows the same patient's page in another language."""
    return languages.switched(context["request"], code)
