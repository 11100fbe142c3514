"""What a version changed, in words."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from recado.journeys.types import Arm, Branch, Kind, Plan, PlanStep, Text, Variant
from recado.web.journeys import phrases


def changes(old: Plan | None, new: Plan) -> list[str]:
    """What is different, a sentence each; empty: nothing is."""
    if old is None:
        return [_("The first version.")]
    return list(_changes(old, new))


def _changes(old: Plan, new: Plan) -> Iterator[str]:
    if old.who != new.who:
        conditions = ", ".join(phrases.condition(one) for one in new.who)
        yield _("Starts only if %(what)s.") % {"what": conditions} if conditions else _("Starts for everybody.")
    if old.patience != new.patience:
        yield _("A step that is later than %(span)s is left out.") % {"span": phrases.span(new.patience)}
    if old.least_notice != new.least_notice:
        yield _("The late question goes while more than %(span)s are left.") % {"span": phrases.span(new.least_notice)}
    for key, placed in old.by_key.items():
        if key not in new.by_key:
            yield _("Removed: %(step)s, %(when)s.") % _named(placed.step)
    for key, placed in new.by_key.items():
        if key not in old.by_key:
            yield _("New: %(step)s, %(when)s.") % _named(placed.step)
    kept = [key for key in new.by_key if key in old.by_key]
    for key in kept:
        yield from _of_step(old.by_key[key].step, new.by_key[key].step)
    yield from _of_order([key for key in old.by_key if key in new.by_key], kept, new)


def _named(step: PlanStep) -> dict[str, str]:
    return {"step": phrases.does(step), "when": phrases.when(step.when)}


def _of_step(old: PlanStep, new: PlanStep) -> Iterator[str]:
    name = {"step": phrases.does(new)}
    if old.when != new.when:
        before, now = phrases.when(old.when), phrases.when(new.when)
        if before != now:
            yield _("%(step)s: %(now)s, before it was %(before)s.") % {**name, "now": now, "before": before}
    if phrases.only_if(old) != phrases.only_if(new):
        conditions = ", ".join(phrases.only_if(new))
        yield (
            _("%(step)s: only if %(what)s.") % {**name, "what": conditions}
            if conditions
            else _("%(step)s: always.") % name
        )
    if phrases.does(old) != phrases.does(new):
        yield _("%(now)s in place of: %(before)s.") % {"now": phrases.does(new), "before": phrases.does(old)}
    elif isinstance(old.does, Text) and isinstance(new.does, Text):
        yield from _of_text(old.does, new.does, name)
    elif isinstance(old.does, Branch | Variant) and isinstance(new.does, Branch | Variant):
        if [_bare(arm) for arm in old.does.arms] != [_bare(arm) for arm in new.does.arms]:
            arms = ", ".join(arm.name for arm in new.does.arms)
            yield _("%(step)s: its ways are %(arms)s now.") % {**name, "arms": arms}
    elif old.does != new.does:
        yield _("%(step)s has changed.") % name


def _bare(arm: Arm) -> tuple[object, ...]:
    return arm.name, arm.only_if, arm.weight


def _of_text(old: Text, new: Text, name: dict[str, str]) -> Iterator[str]:
    if old.kind is not new.kind:
        yield _("%(step)s asks now.") % name if new.kind is Kind.QUESTION else _("%(step)s asks no more.") % name
    if old.answers != new.answers:
        answers = ", ".join(phrases.named(phrases.ANSWERS, one) for one in new.answers)
        yield _("%(step)s: its answers are %(answers)s.") % {**name, "answers": answers or "–"}
    if (old.template_if_first, old.purpose) != (new.template_if_first, new.purpose):
        yield _("%(step)s has changed.") % name


def _of_order(old: list[str], new: list[str], plan: Plan) -> Iterator[str]:
    """Steps that stand elsewhere: told by the fewest, those outside the longest part that kept its order."""
    longest: list[list[str]] = []
    for key in new:
        before = [run for run in longest if old.index(run[-1]) < old.index(key)]
        longest.append([*_longest(before), key])
    stayed = set(_longest(longest))
    for key in new:
        if key not in stayed:
            yield _("Stands elsewhere: %(step)s.") % {"step": phrases.does(plan.step(key))}


def _longest(runs: list[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []
