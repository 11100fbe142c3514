"""Tags and filters that every template may use: `{% load recado %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from recado.web import numbers
from recado.web.icons import BODIES

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
def callable_number(number: str) -> str:
    """A phone number for `tel:`."""
    return numbers.callable_number(number)
