"""The text that confirms a series of visits, booked together. Pure literals, part of `wordings`.

`count`: how many; `rhythm`: how often, where that is regular; `when`: the first; `day`: of the last.
"""

COURSE = "visits_series"

WORDINGS: dict[str, dict[str, str]] = {
    COURSE: {
        "en": "{clinic}: [[{name}, ]]{count} visits booked[[, {rhythm}]]: {when} to {day}. All dates: {link}",
        "fr": "{clinic} : [[{name}, ]]{count} rendez-vous[[, {rhythm}]] : du {when} au {day}. Dates : {link}",
        "nl": "{clinic}: [[{name}, ]]{count} afspraken[[, {rhythm}]]: {when} tot en met {day}. Data: {link}",
        "pl": "{clinic}: [[{name}, ]]wizyty: {count}[[, {rhythm}]], {when} - {day}. Terminy: {link}",
        "es": "{clinic}: [[{name}, ]]{count} citas[[, {rhythm}]]: del {when} al {day}. Todas: {link}",
        "id": "{clinic}: [[{name}, ]]{count} janji[[, {rhythm}]]: {when} sampai {day}. Semua: {link}",
        "de": "{clinic}: [[{name}, ]]{count} Termine[[, {rhythm}]]: {when} bis {day}. Alle: {link}",
        "it": "{clinic}: [[{name}, ]]{count} appuntamenti[[, {rhythm}]]: da {when} a {day}. Date: {link}",
        "pt": "{clinic}: [[{name}, ]]{count} consultas[[, {rhythm}]]: de {when} a {day}. Datas: {link}",
    },
}

RHYTHMS: dict[int, dict[str, str]] = {
    1: {
        **{"en": "every day", "fr": "chaque jour", "nl": "elke dag", "pl": "codziennie", "es": "cada día"},
        **{"id": "tiap hari", "de": "jeden Tag", "it": "ogni giorno", "pt": "todos os dias"},
    },
    7: {
        **{"en": "every week", "fr": "chaque semaine", "nl": "elke week", "pl": "co tydzień", "es": "cada semana"},
        **{"id": "tiap minggu", "de": "jede Woche", "it": "ogni settimana", "pt": "todas as semanas"},
    },
    14: {
        **{"en": "every 2 weeks", "fr": "toutes les 2 semaines", "nl": "elke 2 weken", "pl": "co 2 tygodnie"},
        **{"es": "cada 2 semanas", "id": "tiap 2 minggu", "de": "alle 2 Wochen", "it": "ogni 2 settimane"},
        **{"pt": "de 2 em 2 semanas"},
    },
    28: {
        **{"en": "every 4 weeks", "fr": "toutes les 4 semaines", "nl": "elke 4 weken", "pl": "co 4 tygodnie"},
        **{"es": "cada 4 semanas", "id": "tiap 4 minggu", "de": "alle 4 Wochen", "it": "ogni 4 settimane"},
        **{"pt": "de 4 em 4 semanas"},
    },
}
"""How often, by the days between two visits."""
