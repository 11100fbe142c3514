"""Pages are begun, written, published and taken down. Publishing makes a new version; the address stays."""

import secrets
from uuid import UUID

from recado.foundation.actors import Actor
from recado.foundation.works import TooMany as TooMany
from recado.foundation.works import key_of

from .book import PAGES
from .models import InfoPage
from .types import Page

ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"  # without 0/o, 1/l: an address is sometimes read out
CODE_LETTERS = 5

save_draft, publish = PAGES.save_draft, PAGES.publish
take_down, put_back = PAGES.end, PAGES.resume  # its address leads nowhere; it can be read again at the same one


def begin(*, clinic_id: UUID, page: Page, by: Actor) -> str:
    """A page as a draft; its key is made of its name where it has none. Returns the key. Raises TooMany. Call it inside
    `clinic_scope`."""
    key = page.key or key_of(page.name, "page")
    return PAGES.begin_new(clinic_id=clinic_id, key=key, content=page, by=by, code=_fresh_code(clinic_id))


def _fresh_code(clinic_id: UUID) -> str:
    taken = set(InfoPage.objects.filter(clinic_id=clinic_id).values_list("code", flat=True))
    while (code := "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))) in taken:
        pass
    return code
