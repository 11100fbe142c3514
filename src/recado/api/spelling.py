"""Which letters cost a text parts, for the answer about it: by the counter that the editor and the bill use."""

from recado.api import shapes
from recado.messaging import queries as texts


def dearer(text: str) -> shapes.Dearer | None:
    """The letters that cost the text parts, with what stands for each; None where no other spelling saves one. For a text of one
    part there is nothing to ask."""
    saving = texts.saving(text)
    if saving is None:
        return None
    letters = [shapes.Letter(one.letter, one.instead or "") for one in saving.letters]
    return shapes.Dearer(letters, saving.parts)
