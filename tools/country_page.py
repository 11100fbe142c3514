"""docs/reference/countries.md, written from `foundation/countries/table.py`, so that it can't differ from what is done."""

from collections.abc import Iterator

from babel import Locale

from recado.foundation.countries.rules import COUNTRIES
from recado.foundation.countries.table import ANYWHERE, ROWS
from recado.foundation.countries.values import (
    Alphanumeric,
    Basis,
    CountryRule,
    Hours,
    Numeric,
    Registry,
    Source,
    Traffic,
)

INTRODUCTION = """# Countries: senders, registers, stop texts, hours

What Recado knows of texts to phones of each country, and how sure it is. Not legal advice: know your own rules. A country
that is not here gets the careful row at the end; what is unknown is not here either.

- **Law** and what **carriers** block by themselves hold whatever a clinic sets: a sender that breaks them can't be chosen, a
  text that does waits or does not leave ([why](../howto/why-a-text-was-sent.md)).
- A **convention** is what is thought polite. The hours of the clinic's settings stand in its place.
- Hours are those of the recipient's country, by the number's country and, where that has several zones, its area.
- The exact stop text is the carrier's: ask it for its number. Surveys are read as marketing, which the sources leave open: they
  wait for the same hours; a stop text is demanded of news alone.
- Codes and emergencies know no hours and no stop text; an emergency leaves even where nobody could answer it.
- CANCEL, END and the like are carriers' stop words in some countries. They are never ours: after a text about a visit they
  are about the visit. What a carrier stops by itself is noted in the patient's proof as "Told by the carrier".

Sources: **C1** alphagov/notifications-utils, international_billing_rates.yml; **C3** pages on countries by AWS, Telnyx,
Clickatell, Vonage; **C4** one vendor's guides, which contradict themselves; **C5** the regulator.
"""
NAMES = {
    Alphanumeric.YES: "yes",
    Alphanumeric.NO: "no",
    Alphanumeric.REGISTERED: "only from the register",
    Alphanumeric.OVERWRITTEN: "replaced by a number",
    Alphanumeric.DOUBTFUL: "in doubt: held to be replaced, so that the text must name the clinic",
}
NUMBERS = {
    Numeric.YES: "yes",
    Numeric.NO: "no",
    Numeric.LOCAL: "of the country itself; others are blocked or replaced",
    Numeric.OVERWRITTEN: "replaced by a short code",
    Numeric.REGISTERED: "registered first",
    Numeric.UNKNOWN: "unknown",
}
BASES = {Basis.LAW: "law", Basis.CARRIER: "carriers", Basis.CONVENTION: "convention"}


def countries_page() -> str:
    """The page as Markdown."""
    names = Locale("en").territories
    lines = [INTRODUCTION]
    for code in sorted(COUNTRIES, key=lambda one: names[one]):
        lines += ["", f"## {names[code]} ({code})\n", *_country([row for row in ROWS if row.country == code])]
    lines += ["", "## Any other country\n", *_country(list(ANYWHERE))]
    return "\n".join(lines)


def _country(rows: list[CountryRule]) -> Iterator[str]:
    by = {row.traffic: row for row in rows}
    service, marketing = by[Traffic.SERVICE], by[Traffic.MARKETING]
    senders = service.senders
    yield f"- **A name as sender**: {NAMES[senders.alphanumeric]}. **A number**: {NUMBERS[senders.numeric]}. {_proof(senders.source)}"
    if senders.registry:
        yield f"- **Register**: {_register(senders.registry)}"
    if senders.refuses_generic:
        yield "- Names that could be anybody's are refused."
    if senders.name_in_text:
        yield "- The clinic must be named in the text."
    if senders.note:
        yield f"- {senders.note}"
    if not senders.is_two_way:
        yield "- People there can't answer, unless a carrier of the country takes texts for us: where none does, texts carry links."
    wanted = "must stand in the text" if marketing.stop.is_required else "need not stand in the text"
    words = ", ".join(marketing.stop.words)
    yield f"- **Stop text for marketing**: {wanted}. Usual words: {words}. {_proof(marketing.stop.source)}"
    yield f"- **Hours, marketing**: {_hours(marketing.hours)}"
    yield f"- **Hours, service**: {_hours(service.hours)}"
    if service.links:
        kinds = ["public shorteners are blocked"] * service.links.refuses_shorteners
        kinds += ["each address is listed with the carriers first"] * service.links.must_be_listed
        yield f"- **Links**: {'; '.join(kinds)}. {_proof(service.links.source)}"


def _register(registry: Registry) -> str:
    said = [f"{registry.name} ({registry.reference})", "mandatory" if registry.is_mandatory else "not mandatory"]
    if registry.marked_from:
        said.append(f"other names are marked from {registry.marked_from.isoformat()}")
    if registry.blocked_from:
        said.append(f"blocked from {registry.blocked_from.isoformat()}")
    elif registry.is_mandatory:
        said.append("since a day that is not known: held to be in force")
    return "; ".join(said) + "."


def _hours(hours: Hours | None) -> str:
    if hours is None:
        return "no rule is known."
    closed = ", ".join(["not on Sundays"] * hours.no_sundays + ["not on public holidays"] * hours.no_holidays)
    zones = f" ({', '.join(hours.zones)})" if hours.zones else ""
    return f"{hours.opens:%H:%M}-{hours.closes:%H:%M}{zones}{', ' + closed if closed else ''}. {_proof(hours.source)}"


def _proof(source: Source) -> str:
    return (
        f"*{BASES[source.basis]}; {source.text}; confidence {source.confidence}; checked {source.checked.isoformat()}*"
    )
