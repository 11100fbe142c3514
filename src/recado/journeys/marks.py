"""Keys of steps whose text was called off before it left and is written anew. Pure."""

from uuid import UUID

MARK = 7  # letters: far more than a step has times


def again(step: str, message_id: UUID) -> str:
    """The key by which a step is done again whose text was called off: one for each text. Of a step with several times it keeps
    which of them it is.

    >>> [again(step, UUID(int=0xABC)) for step in ("question", "question#0fa31c2", "dose#3", "dose#3#0fa31c2")]
    ['question#0000abc', 'question#0000abc', 'dose#3#0000abc', 'dose#3#0000abc']
    """
    mark = message_id.hex[-MARK:]
    name, number = [*step.split("#"), ""][:2]
    return f"{name}#{number}#{mark}" if number and len(number) < MARK else f"{name}#{mark}"


def is_again(key: str) -> bool:
    """Whether a key is one of `again`: not a step's own, nor one of its several times.

    >>> [is_again(key) for key in ("question", "question#0fa31c2", "dose#3", "dose#3#0fa31c2")]
    [False, True, False, True]
    """
    return len(key.partition("#")[2].rpartition("#")[2]) == MARK
