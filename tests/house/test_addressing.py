"""Who is written to is asked in one place: `consent.queries.recipients` knows who is told in somebody's place, and who
shares a phone. `contacts.queries.reach` says who a person is."""

import re
from pathlib import Path

ROOMS = Path(__file__).resolve().parents[2] / "src" / "recado"
# Rooms that write texts; and their files that ask who a person is, with the reason.
WRITERS = ("appointments", "care_events", "conversations", "dialogues", "documents", "journeys", "messaging", "surveys")
NAMES_ONLY = {
    "appointments/by_code.py": "whose phone the code has proved",
    "appointments/by_text.py": "first names, to ask back which visit is meant",
    "appointments/calls.py": "the number that a member of staff has just phoned",
    "appointments/new_visits.py": "how much a text to whoever has written may say",
    "appointments/online.py": "who books, and whose phone it is",
    "appointments/replies.py": "first names, to ask back which visit is meant",
    "appointments/sampling.py": "the longest first name, to count letters",
    "appointments/waitlist.py": "who is on record still",
    "appointments/waitlist_commands.py": "whoever has written",
    "appointments/waitlist_pages.py": "who is on record still",
    "appointments/waitlist_texts.py": "who is on record still",
    "appointments/which.py": "the language in which to ask which visit is meant",
    "care_events/sampling.py": "the longest first name, to count letters",
    "conversations/desk.py": "staff write to the patient whom they have chosen",
    "conversations/inbox.py": "names in a list",
    "conversations/joining.py": "the link goes to whoever joined",
    "conversations/routing.py": "who somebody is on the pages behind a link",
    "conversations/wishing.py": "who somebody is on the pages behind a link",
    "dialogues/places.py": "the first name of whoever writes",
}


def test_rooms_that_write_ask_consent_whom_a_text_goes_to() -> None:
    asking = {
        str(path.relative_to(ROOMS))
        for room in WRITERS
        for path in (ROOMS / room).rglob("*.py")
        if re.search(r"\b(contacts|people|people_of)\.reach\(", path.read_text("utf-8"))
    }
    assert asking == set(NAMES_ONLY)
