"""The rules of countries, row by row: the one place where they are written. Pure literals.

Not legal advice. A page made of this table, for people: docs/reference/countries.md. What is unknown is not here, and
a country that is not here gets the careful rows at the end. Sources, as they are named below:

C1  alphagov/notifications-utils: international_billing_rates.yml (August 2026): what a large public sender may do where
C3  pages on countries by AWS, Telnyx, Clickatell, Vonage
C4  a series of guides on countries by one vendor, which contradicts itself: low
C5  the regulator's own page
Where two of them differ, the row says so.
"""

from datetime import date, time

from .values import (
    Alphanumeric,
    Basis,
    Confidence,
    CountryRule,
    Hours,
    Links,
    Numeric,
    Registry,
    Senders,
    Source,
    Stop,
    Traffic,
)

CHECKED = date(2026, 11, 24)
LAW, CARRIER, CONVENTION = Basis.LAW, Basis.CARRIER, Basis.CONVENTION
HIGH, MEDIUM, LOW, NONE = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.NONE


def _from(basis: Basis, text: str, confidence: Confidence) -> Source:
    return Source(basis, text, confidence, CHECKED)


def _usual(opens: int, closes: int, text: str, *, no_sundays: bool = False, no_holidays: bool = False) -> Hours:
    """What is thought polite. A clinic's own hours stand in its place."""
    source = _from(CONVENTION, text, LOW)
    return Hours(time(opens), time(closes), source, no_sundays=no_sundays, no_holidays=no_holidays)


def _rows(
    country: str,
    *,
    senders: Senders,
    stop: Stop,
    service: Hours | None = None,
    marketing: Hours | None = None,
    links: Links | None = None,
) -> tuple[CountryRule, ...]:
    """A country's four rows. What is said of hours and of stop texts is never about codes and emergencies."""
    no_stop = Stop(False, stop.words, stop.source)
    return (
        CountryRule(country, Traffic.SERVICE, senders, no_stop, service, links),
        CountryRule(country, Traffic.MARKETING, senders, stop, marketing or service, links),
        CountryRule(country, Traffic.OTP, senders, no_stop, None, links),
        CountryRule(country, Traffic.EMERGENCY, senders, no_stop, None, links),
    )


ROWS: tuple[CountryRule, ...] = (
    *_rows(
        "NL",
        senders=Senders(
            Alphanumeric.YES,
            Numeric.YES,
            _from(CARRIER, "C1", HIGH),
            refuses_generic=True,
            note="No register (C3).",
        ),
        stop=Stop(False, ("STOP", "STOPPEN"), _from(CONVENTION, "C4; consent law since July 2021 (C3)", LOW)),
        service=_usual(8, 21, "C4; no law found"),
    ),
    *_rows(
        "BE",
        senders=Senders(
            Alphanumeric.DOUBTFUL,
            Numeric.YES,
            _from(
                CARRIER, "C1: no; C4: yes, but a short code takes its place; not on Proximus (Salesforce, 2023)", MEDIUM
            ),
            name_in_text=True,
        ),
        stop=Stop(False, ("STOP", "STOPPEN", "ARRETER"), _from(CONVENTION, "C4, in the person's language", LOW)),
        service=_usual(8, 20, "C4; no law found", no_sundays=True, no_holidays=True),
        links=Links(True, True, _from(CARRIER, "a vendor's page", LOW)),
    ),
    *_rows(
        "FR",
        senders=Senders(
            Alphanumeric.YES,
            Numeric.OVERWRITTEN,
            _from(CARRIER, "C1", HIGH),
            registry=Registry("OACP", "lists of allowed brands (Telnyx)", is_mandatory=False),
            note="A number is replaced by a short code: 36xxx for marketing, 38xxx for service.",
        ),
        stop=Stop(
            True,
            ("STOP", "CONTACT"),
            _from(LAW, "C1: “STOP 36xxx” stands in the text itself; vendors call it a duty by law", HIGH),
        ),
        marketing=Hours(
            time(8),
            time(22),
            _from(
                CARRIER,
                "C1, C3: held or blocked 22:00-08:00, Sundays, public holidays (Code du travail L3133-1); they differ on Saturdays:"
                " open, 10:00-18:00 or closed, and one says 20:00 for the evening",
                HIGH,
            ),
            zones=("Europe/Paris",),
            no_sundays=True,
            no_holidays=True,
        ),
    ),
    *_rows(
        "DE",
        senders=Senders(Alphanumeric.YES, Numeric.YES, _from(CARRIER, "C1", HIGH), note="No register (Telnyx)."),
        stop=Stop(False, ("STOP",), _from(CONVENTION, "consent for marketing by UWG: not confirmed", LOW)),
        service=_usual(8, 20, "no law found"),
    ),
    *_rows(
        "ES",
        senders=Senders(
            Alphanumeric.REGISTERED,
            Numeric.LOCAL,
            _from(LAW, "AWS's and telecoms' registration pages; C1", HIGH),
            registry=Registry(
                "CNMC",
                "Orden TDF/149/2025, Circular 1/2026; in force 7 June 2026",
                blocked_from=date(2026, 9, 15),
            ),
            note="Capital and small letters count. A foreign number is shown as “InfoSMS”.",
        ),
        stop=Stop(False, ("BAJA", "STOP"), _from(CONVENTION, "consent by LSSI article 21; the words by custom", LOW)),
        service=_usual(9, 21, "no law found"),
    ),
    *_rows(
        "PL",
        senders=Senders(
            Alphanumeric.YES,
            Numeric.REGISTERED,
            _from(CARRIER, "C1, C3, SMSAPI", HIGH),
            refuses_generic=True,
            note="The carrier approves each name; names of operators are refused.",
        ),
        stop=Stop(False, ("STOP",), _from(LAW, "C1: consent for marketing, very high fines", HIGH)),
        service=_usual(8, 20, "no law found"),
    ),
    *_rows(
        "IT",
        senders=Senders(
            Alphanumeric.REGISTERED,
            Numeric.LOCAL,
            _from(LAW, "C3, C1", HIGH),
            registry=Registry("AGCOM", "delibere 42/13/CIR and 12/23/CIR"),
            note="The company's data is registered before its names.",
        ),
        stop=Stop(False, ("STOP",), _from(CONVENTION, "by custom", LOW)),
    ),
    *_rows(
        "PT",
        senders=Senders(
            Alphanumeric.YES,
            Numeric.NO,
            _from(CARRIER, "C1; no short codes either", HIGH),
            registry=Registry("ANACOM", "advised, not mandatory (a vendor's page)", is_mandatory=False),
        ),
        stop=Stop(False, ("STOP", "CANCELAR", "PARAR"), _from(CONVENTION, "C4", LOW)),
        service=_usual(9, 20, "C4; another vendor: 8-21", no_sundays=True),
    ),
    *_rows(
        "GB",
        senders=Senders(
            Alphanumeric.YES,
            Numeric.LOCAL,
            _from(CARRIER, "C1, C3", HIGH),
            registry=Registry(
                "UK register", "voluntary; a mandatory one is announced, without a date", is_mandatory=False
            ),
            refuses_generic=True,
            note="Names that look like others' are refused, and numbers of other countries are blocked.",
        ),
        stop=Stop(False, ("STOP",), _from(LAW, "PECR: consent for marketing", MEDIUM)),
        service=_usual(8, 20, "no law (Clickatell)"),
    ),
    *_rows(
        "IE",
        senders=Senders(
            Alphanumeric.REGISTERED,
            Numeric.YES,
            _from(LAW, "C5: ComReg", HIGH),
            registry=Registry(
                "ComReg Sender ID Registry",
                "comreg.ie",
                marked_from=date(2025, 7, 3),
                blocked_from=date(2025, 10, 3),
            ),
            note="At the start hospitals' texts were marked as “Likely Scam”.",
        ),
        stop=Stop(False, ("STOP",), _from(CONVENTION, "by custom", LOW)),
    ),
    *_rows(
        "US",
        senders=Senders(
            Alphanumeric.NO,
            Numeric.REGISTERED,
            _from(CARRIER, "C1", HIGH),
            registry=Registry("10DLC", "brand and campaign; or a verified toll-free number; or a short code"),
            note="Texts about care are exempt from prior consent only with name and contact in them, at most 160 letters, and"
            " no bill or marketing.",
        ),
        stop=Stop(
            False,
            ("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL", "HELP"),
            _from(CARRIER, "Twilio, AWS: the carrier stops texts by itself on these", HIGH),
        ),
        marketing=Hours(
            time(8),
            time(21),
            _from(LAW, "TCPA: solicitations, by the recipient's clock", HIGH),
            zones=("America/New_York", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"),
        ),
        links=Links(True, False, _from(CARRIER, "carriers filter public shorteners", MEDIUM)),
    ),
    *_rows(
        "ID",
        senders=Senders(
            Alphanumeric.REGISTERED,
            Numeric.NO,
            _from(LAW, "C1, C3", HIGH),
            registry=Registry(
                "register of the operators", "mandatory; the brand must stand in the text since August 2024"
            ),
            name_in_text=True,
            is_two_way=False,
            note="Clients in Indonesia go through an operator there; a name unused for 3 months is blocked.",
        ),
        stop=Stop(False, ("STOP", "BERHENTI"), _from(CONVENTION, "C4", LOW)),
        service=_usual(8, 20, "C4"),
    ),
)

# Any other country: nothing is promised. Its hours are a convention, so a clinic's own stand in their place.
_UNSEEN = _from(CONVENTION, "nobody has looked: the careful reading", NONE)
ANYWHERE: tuple[CountryRule, ...] = _rows(
    "",
    senders=Senders(Alphanumeric.DOUBTFUL, Numeric.UNKNOWN, _UNSEEN, refuses_generic=True, name_in_text=True),
    stop=Stop(False, ("STOP",), _UNSEEN),
    service=Hours(time(9), time(20), _UNSEEN, no_sundays=True),
    links=Links(True, False, _UNSEEN),
)
