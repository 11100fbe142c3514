"""What invented people of the demo wrote after a visit, in their own languages: the newest first, each used once at most.

By language, for those who were content, for those who were half content, and for those who were not. No medical detail.
"""

from collections.abc import Mapping

CONTENT, HALF, NOT = range(3)

COMMENTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        (
            "Nurse Silva explained every step. First time I was not afraid.",
            "On time to the minute. Thank you.",
            "The text with the directions helped, I found the side door at once.",
            "Moved my visit by text at ten in the evening. Wonderful.",
            "Kind at the desk, kind in the room.",
            "I knew what would happen next when I left.",
            "You asked whether I had questions, and waited for them.",
            "Much quicker than in spring.",
            "The reminder came just when I needed it.",
            "My mother felt safe with you.",
            "Everything was clear, even for somebody my age.",
            "No waiting at all this time.",
        ),
        (
            "Friendly, but I waited 25 minutes.",
            "All fine apart from the parking.",
            "The phone rang for a long time before somebody came.",
            "Good visit. The waiting room was cold.",
            "I'd have liked a later hour, there was none.",
            "The form asked me the same things twice.",
        ),
        (
            "Waited 50 minutes, nobody told us why.",
            "Could not get through by phone for two days.",
            "I was sent to the wrong floor and came too late.",
            "I felt rushed.",
            "Nobody at the desk knew that I was coming.",
        ),
    ),
    "fr": (
        ("Très bien expliqué, merci.", "À l'heure, et tout le monde est aimable.", "Le SMS de rappel est bien utile."),
        ("Bien, mais l'attente était longue.", "L'entrée est difficile à trouver."),
        ("J'aimerais parler à quelqu'un.", "Personne ne répond au téléphone le matin."),
    ),
    "nl": (
        ("Alles duidelijk uitgelegd.", "Vlot geholpen, vriendelijke mensen."),
        ("Goed, maar de wachtkamer was vol.",),
        ("Te lang gewacht zonder uitleg.",),
    ),
    "pl": (
        ("Wszystko o czasie, bardzo miła obsługa.", "Dziękuję za cierpliwość."),
        ("Dobrze, ale trudno zaparkować.",),
        ("Czekałam godzinę.",),
    ),
    "es": (
        ("Me escucharon con calma.", "Todo muy claro, gracias."),
        ("Muy amables, pero la puerta de abajo pesa mucho.",),
        ("Nadie me avisó del retraso.",),
    ),
    "id": (
        ("Penjelasannya jelas sekali, terima kasih.", "Perawatnya ramah."),
        ("Baik, tetapi antreannya panjang.",),
        ("Menunggu terlalu lama.",),
    ),
}
