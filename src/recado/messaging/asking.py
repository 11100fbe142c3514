"""Whether a text asks its reader to write back. Pure.

Our own texts are built to be told: what offers numbered answers, a letter or a word in capitals asks. For what people
write themselves the usual phrases of our languages are looked for, sentence by sentence, and "do not reply" is no request.
Only a text whose sender can't receive is ever read here, so a phrase that is missed costs what it did before, and one
found too many a second wording.
"""

import re

from recado.foundation.text import normalise

# "Text STOP", "STOP kończy wiadomości". With a number behind it ("STOP au 36111") the answer goes elsewhere.
_COMMAND = re.compile(r"\b(?:STOP|START|HELP|AIDE|INFO)\b(?!\s*(?:au|to|a|à|naar|an)?\s*[0-9]{4,6}\b)")
# "1 = ich komme, 2 = andere Zeit": two numbered answers, in whatever language.
_NUMBERED = re.compile(r"\b1\s*[=:)]\s*\w.{0,80}\b2\s*[=:)]\s*\w")

_REPLYING = (
    r"repl(?:y|ying)|answer|respond|repond(?:ez|s|re)|antwoord(?:en|t)?|reageer|odpisz|odpowiedz|odpisac|odpowiedziec|o odpowiedz"
    r"|respond(?:a|e|er|an|anos|eme)|contest(?:e|a|ar)|balas|balaslah|membalas|jawab|antwort(?:en|e|et)?|rispond(?:a|i|ete|ere)"
)
_SENDING = (
    r"write back|text back|text(?= (?:us|back|[1-9]|yes|no|ok|stop|start|help))|send us|envoyez|envoie|tapez|ecrivez(?:-nous)?"
    r"|stuur|wyslij|napisz|envie(?:nos)?|envia|escriba(?:nos)?|mande|kirim|ketik|schreiben sie uns|senden|sende|schicken"
    r"|invii|invia|mandi|scriva(?:ci)?|envie-nos"
)
_VERBS = f"{_REPLYING}|{_SENDING}"
_FILLERS = r"with|by|back|us|the|number|word|letter|just|only|simply|par|avec|la|le|les|simplement|met|het|de|een|woord|con|el|los|dengan|kata|mit|sie|uns|einfach|der|dem|das|com|a|o|literą|litera|lettera|slowem"
_ANSWERS = (
    r"[1-9a-d]|yes|no|y|n|ok|stop|start|help|oui|non|ja|nee|nein|tak|nie|si|sim|nao|ya|tidak|aide|hulp|hilfe|pomoc|ayuda|bantuan|aiuto|ajuda"
    r"|confirm|cancel|letter|lettre|letra|lettera|buchstaben|litera|hurufnya|message|text|sms|bericht|nachricht|mensaje|messaggio|mensagem|wiadomosc|pesan"
    r"|this|ce|cet|dit|deze|este|esta|questo|ten|te|ini|diese|dieser|us"
)
_ASKED = re.compile(rf"(?<![\w])(?:{_VERBS})(?:\W+(?:{_FILLERS}))*\W*(?:\s|\b)(?:{_ANSWERS})(?!\w)")
# "Please reply." with nothing behind it.
_TO_THIS = re.compile(
    rf"(?<![\w])(?:{_REPLYING})(?:\W+\w+){{1,3}}\W+"
    r"(?:message|text|sms|bericht|nachricht|mensaje|messaggio|mensagem|wiadomosc|pesan)(?!\w)"
)
_PLAIN = re.compile(rf"(?<![\w])(?:{_VERBS})\s*(?:by text|by sms|par sms|per sms|por sms|via sms|lewat sms|sms-em)?$")
_NOT = re.compile(
    rf"(?:do not|don't|dont|cannot|can't|ne|niet|nie|no|nicht|non|nao|jangan|tidak dapat|tidak bisa)\W+(?:\w+\W+)?(?:{_VERBS})(?!\w)"
    rf"|(?<!\w)(?:{_VERBS})\W+(?:\w+\W+)?(?:not|pas|niet|nicht)(?!\w)"
)
_NOUN = re.compile(r"\b(?:your|an|the|no|any|uw|een|het|geen|ihre|eine|die|keine) (?:answer|reply|antwoord|antwort)\b")
_SENTENCES = re.compile(r"[.!?;\n]+")


def asks_for_reply(text: str) -> bool:
    """Whether a person who reads it would write back, and to the number that it came from."""
    if _COMMAND.search(text) or _NUMBERED.search(text):
        return True
    return any(_asks(normalise(sentence)) for sentence in _SENTENCES.split(text))


def _asks(sentence: str) -> bool:
    if _NOT.search(sentence):
        return False
    sentence = _NOUN.sub("", sentence)
    return any(phrase.search(sentence) for phrase in (_ASKED, _TO_THIS, _PLAIN))
