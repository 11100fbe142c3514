"""Our count of parts against two calculators that nobody here wrote: Twilio's and split-sms, both by npm.

Where the two agree we must; where they differ (one keeps an emoji of several characters whole, which costs a part more than
the standard asks) the standard's own rule decides, and tests/rooms/test_segments.py holds us to that.
"""

import json
import random
import subprocess
from collections.abc import Iterator

import pytest

from recado.launch.commands.segments import count_lines
from tests.interop.peers import NODE, need_node

pytestmark = pytest.mark.interop

COUNT = 2_500
BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà"
EXTENDED = "\f^{}\\[~]|€"
FOREIGN = "ąćęłńóśźżçğışêëïâôœ«»’“”–…\t\u00a0°µ`ÁÍÓÚãõДжψ你好नमस्ते"
EMOJI = ["🙂", "👍🏽", "👨‍👩‍👧‍👦", "🇳🇱", "☎️", "❤"]
TEMPLATES = [
    "Beste patiënt, uw afspraak is op donderdag 26 november om 10:30. Antwoord 1 om te bevestigen.",
    "Bonjour, votre rendez-vous est confirmé. Répondez 1 à l'accueil, 20 € à régler.",
    "Pani Joanno, wizyta u pielęgniarki w czwartek. Proszę odpowiedzieć 1.",
    "Sayın hasta, randevunuz perşembe günü saat 10:30'da. Onay için 1 yazın.",
    "Su cita es el jueves 26 a las 10:30. Responda 1 para confirmar. ¿Alguna pregunta?",
    "Your visit [room 2] is on Thu 26 Nov at 10:30. Reply 1 to confirm, 2 to move it, 3 to cancel.",
]


def generated() -> Iterator[str]:
    """Edges of every size, pairs at every cut, templates, and random mixes. Always the same."""
    chance = random.Random(20261124)
    for size in (1, 69, 70, 71, 133, 134, 135, 159, 160, 161, 200, 201, 305, 306, 307, 459, 460):
        for letter in ("a", "é", "€", "ę", "🙂", "[", "\n"):
            yield letter * size
    for place in range(145, 160):
        yield "a" * place + "€" + "b" * 160
    for place in range(60, 72):
        yield "ę" * place + "🙂" + "ę" * 70
    for text in TEMPLATES:
        yield from (text, text * 2, text * 5)
    made = 0
    while made < COUNT:
        pool = chance.choice([BASIC, BASIC + EXTENDED, BASIC + FOREIGN, FOREIGN])
        letters = [chance.choice(pool) for _ in range(chance.randint(1, 500))]
        if chance.random() < 0.3:
            letters[chance.randrange(len(letters))] = chance.choice(EMOJI)
        yield "".join(letters)
        made += 1


def test_nobody_who_agrees_with_the_other_disagrees_with_us() -> None:
    need_node()
    if not (NODE / "node_modules" / "split-sms").is_dir():
        pytest.fail("the segment calculators are not installed: sh tests/interop/install.sh", pytrace=False)
    texts = list(dict.fromkeys(generated()))
    lines = [json.dumps({"id": number, "text": text}).encode() for number, text in enumerate(texts)]
    node = subprocess.run(
        ["node", str(NODE / "segments.js")], input=b"\n".join(lines), capture_output=True, check=True, timeout=120
    )
    theirs = [json.loads(line) for line in node.stdout.splitlines()]
    ours = list(count_lines(lines))
    assert len(ours) == len(theirs) == len(texts) >= 2_000
    agreed = disagreements = 0
    for text, our, their in zip(texts, ours, theirs, strict=True):
        if their["twilio"] != their["split"]:
            continue
        agreed += 1
        if [our["encoding"], our["units"], our["segments"]] != their["split"]:
            disagreements += 1
            print(repr(text[:80]), our, their["split"])
    assert disagreements == 0
    assert agreed > 0.95 * len(texts)
