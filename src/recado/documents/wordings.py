"""The text that brings a code, in every language. Pure literals, read by `messaging.wording`. One part in all of them."""

VALUES = ("clinic", "code")

WORDINGS: dict[str, dict[str, str]] = {
    "document_code": {
        "en": "{clinic}: your code is {code}. It is valid for 10 minutes. Nobody from our team will ever ask you for it.",
        "fr": "{clinic} : votre code est {code}, valable 10 minutes. Personne de notre équipe ne vous le demandera.",
        "nl": "{clinic}: uw code is {code}, 10 minuten geldig. Niemand van ons team vraagt u ernaar.",
        "pl": "{clinic}: kod {code} na 10 minut. Nikt z nas o niego nie zapyta.",
        "es": "{clinic}: su clave es {code} y vale 10 minutos. Nadie de nuestro equipo se lo va a pedir.",
        "id": "{clinic}: kode Anda {code}, berlaku 10 menit. Tim kami tidak akan pernah memintanya.",
        "de": "{clinic}: Ihr Code ist {code}, 10 Minuten gültig. Niemand von uns fragt Sie danach.",
        "it": "{clinic}: il suo codice è {code}, valido 10 minuti. Nessuno di noi lo chiede mai.",
        "pt": "{clinic}: a sua chave é {code} e vale 10 minutos. A equipa nunca a pede.",
    }
}
