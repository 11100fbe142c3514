"""Where somebody in danger finds help, by the country of the clinic. Pure.

Sources: Directive (EU) 2018/1972, article 109, for 112 in the European Union; elsewhere what national authorities publish
about their emergency services and list with the ITU, each number in agreement with libphonenumber's table of emergency
numbers (but Serbia's, whose row there is older than 194). Where a country has several, the one that brings an ambulance: most
of what patients of a clinic write of is that. What was not certain isn't here, and a clinic gives its own.
"""

from recado.clinics.types import ClinicSettings

_EUROPEAN_UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

EMERGENCY_NUMBERS: dict[str, str] = {
    **dict.fromkeys(_EUROPEAN_UNION.split(), "112"),
    **dict.fromkeys("AD AX FO GE GL ID IN IS KW LI MC MD MQ RE RU TR YT ZA".split(), "112"),
    **dict.fromkeys("AS CA CR DO EC FJ GU JO MP MX PA PH PR US UY VI".split(), "911"),
    **dict.fromkeys("BD BH GB GG HK IM JE KE MO MY QA".split(), "999"),
    **dict.fromkeys("AM AZ BY KZ UA".split(), "103"),
    **dict.fromkeys("JP KR TW".split(), "119"),
    **dict.fromkeys("GF GP MA".split(), "15"),
    **dict.fromkeys("BA ME".split(), "124"),
    **dict.fromkeys("MK RS".split(), "194"),
    **dict.fromkeys("CO EG".split(), "123"),
    **dict.fromkeys("IR VN".split(), "115"),
    "AE": "998",
    "AL": "127",
    "AR": "107",
    "AU": "000",
    "BR": "192",
    "CH": "144",
    "CL": "131",
    "CN": "120",
    "IL": "101",
    "LB": "140",
    "MU": "114",
    "NO": "113",
    "NZ": "111",
    "OM": "9999",
    "SA": "997",
    "SG": "995",
    "TH": "1669",
    "TN": "190",
}


def usual(country: str) -> str:
    """A country's number; empty where it is not known here: none is told rather than a wrong one."""
    return EMERGENCY_NUMBERS.get(country, "")


def emergency_number(clinic: ClinicSettings) -> str:
    """What a clinic's patients are told to call in danger: its own setting, or its country's; empty where neither is there."""
    return clinic.emergency_number or usual(clinic.country)
