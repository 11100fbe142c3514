"""What articles do: how often each answers and helps, what goes to people, and which questions have no answer."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from recado.conversations import queries as conversations

from .models import Asked
from .near import Words, alike, told, words_of
from .types import Corrected, Figures, Group, Outcome, Use

UNANSWERED = (Outcome.UNSURE, Outcome.MEDICAL, Outcome.LANGUAGE, Outcome.OVERDUE)
MOST_READ = 400  # the newest questions without an answer; what is older has been answered by people long since
MOST_GROUPS, MOST_OTHERS = 40, 3
NO_HELP = Q(helped=False) | Q(handed_at__isnull=False)  # of what an article answered
SAME_MEANING = 0.55  # two questions that are so much alike are one


def use(clinic_id: UUID, since: datetime) -> dict[str, Use]:
    """What each article did since then: one statement. Call it inside `clinic_scope`."""
    rows = Asked.objects.filter(clinic_id=clinic_id, at__gte=since, outcome=Outcome.ANSWERED).values("article")
    found = rows.annotate(
        answered=Count("id"),
        handed=Count("id", filter=Q(handed_at__isnull=False)),
        yes=Count("id", filter=Q(helped=True)),
        no=Count("id", filter=Q(helped=False)),
    )
    return {one["article"]: Use(one["answered"], one["handed"], one["yes"], one["no"]) for one in found}


def figures(clinic_id: UUID, since: datetime) -> Figures:
    """All questions since then: one statement. Call it inside `clinic_scope`."""
    by_article = Q(outcome=Outcome.ANSWERED)
    found = Asked.objects.filter(clinic_id=clinic_id, at__gte=since).aggregate(
        answered=Count("id", filter=by_article & ~NO_HELP),
        corrected=Count("id", filter=by_article & NO_HELP),
        handed=Count("id", filter=~by_article),
    )
    return Figures(found["answered"], found["handed"], found["corrected"])


def corrected(clinic_id: UUID, since: datetime) -> list[Corrected]:
    """What articles answered and it was no help, the newest first, 400 at most. Call it inside `clinic_scope`; the caller
    audits: the words are patients' own."""
    rows = Asked.objects.filter(NO_HELP, clinic_id=clinic_id, at__gte=since, outcome=Outcome.ANSWERED)
    found = list(rows.order_by("-at", "-id")[:MOST_READ])
    said = conversations.words_of(clinic_id, [row.id for row in found])
    return [
        Corrected(row.at, said[row.id], row.language, row.article, row.handed_at is not None)
        for row in found
        if row.id in said
    ]


def unanswered_count(clinic_id: UUID, since: datetime) -> int:
    """How many questions of that kind wait for somebody to look at them. Call it inside `clinic_scope`."""
    return _unanswered(clinic_id, since).count()


def _unanswered(clinic_id: UUID, since: datetime) -> QuerySet[Asked]:
    rows = Asked.objects.filter(clinic_id=clinic_id, at__gte=since, put_aside_at=None)
    return rows.filter(outcome__in=UNANSWERED)


def groups(clinic_id: UUID, since: datetime) -> list[Group]:
    """The questions without an answer, those that mean the same together, most asked first. Call it inside `clinic_scope`;
    the caller audits: the words are patients' own."""
    rows = list(_unanswered(clinic_id, since).order_by("-at", "-id")[:MOST_READ])
    said = conversations.words_of(clinic_id, [row.id for row in rows])
    found = [_group(members, said) for members in together([row for row in rows if row.id in said], said)]
    return sorted(found, key=lambda one: -one.people)[:MOST_GROUPS]


def together(rows: Iterable[Asked], said: Mapping[UUID, str]) -> list[list[Asked]]:
    """Each question joins the first that it is like; medical ones stay among themselves."""
    found: list[list[Asked]] = []
    kinds: dict[tuple[str, bool], list[tuple[Words, list[Asked]]]] = {}  # each with the words of its first question
    for row in rows:
        words = words_of(said[row.id])
        alike_ones = kinds.setdefault((row.language, row.outcome == Outcome.MEDICAL), [])
        home = next((members for first, members in alike_ones if is_same(words, first, row.language)), None)
        if home is None:
            found.append([row])
            alike_ones.append((words, found[-1]))
        else:
            home.append(row)
    return found


def is_same(one: tuple[str, ...], other: tuple[str, ...], language: str) -> bool:
    """Whether two questions mean the same. Two that tell nothing but greetings and small words do only word for word."""
    if not any(told(one, language)) or not any(told(other, language)):
        return one == other
    return alike(one, other, language) >= SAME_MEANING


def _group(members: list[Asked], said: Mapping[UUID, str]) -> Group:
    first = members[0]
    others = dict.fromkeys(said[row.id] for row in members[1:] if said[row.id] != said[first.id])
    return Group(
        tuple(row.id for row in members),
        said[first.id],
        tuple(others)[:MOST_OTHERS],
        len({bytes(row.phone_bi) for row in members}),
        first.language,
        Outcome(first.outcome),
        first.article if first.confidence >= 35 else "",
    )
