"""The demo's dialogues: the ready ones, published, and a month in which patients used them, so that their pages have figures.

What was said is written as it would stand today; the texts themselves are not.
"""

from datetime import timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.dialogues import actions, answering, catalogue
from recado.dialogues.models import Answer, Run
from recado.dialogues.types import Dialogue, Ending, StepKind
from recado.foundation import bulk, business_time
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope

DAYS = 29
USED = {"hours": 34, "directions": 19, "book": 23, "repeat": 41, "details": 12}
WORDS = {
    "which": ("The white ones, 20 mg", "seulement les bleus", "tylko te na ciśnienie", "only the inhaler"),
    "insurer": ("Quayside Health, 00-12-345", "Mutuelle du Port, 12 345", "Havenzorg 123"),
    "details": ("14 Mill Lane", "12 rue du Port", "new email: e.whitcombe@mail.example"),
}
UNCLEAR, HANDS_OVER, FALLS_SILENT = 0.05, 0.1, 0.05


def load(clinic_id: UUID, by: Actor) -> int:
    """Publishes the ready dialogues and writes their month. Returns how many times one was used."""
    random = Random(24)
    with clinic_scope(clinic_id), transaction.atomic():
        names = contacts.newest_but(clinic_id, (), limit=1_000)
        people = [one for _, one in sorted(contacts.reach(clinic_id, names).items()) if one.phone_bi is not None]
        runs: list[Run] = []
        answers: list[Answer] = []
        for ready in catalogue.READY:
            key = actions.begin(clinic_id=clinic_id, dialogue=ready.dialogue, by=by)
            actions.publish(clinic_id=clinic_id, key=key, by=by)
            for _ in range(USED[key]):
                _use(clinic_id, ready.dialogue, random.choice(people), random, runs, answers)
        bulk.insert(runs)
        bulk.insert(answers)
    return len(runs)


def _use(
    clinic_id: UUID, dialogue: Dialogue, person: Reach, random: Random, runs: list[Run], answers: list[Answer]
) -> None:
    """Somebody goes through it: from the first question on, to its end or as far as they came."""
    began = business_time.now() - timedelta(minutes=random.randrange(600, DAYS * 24 * 60))
    ending = Ending.DONE
    run = Run(
        clinic_id=clinic_id,
        id=new_id(),
        dialogue=dialogue.key,
        version=1,
        phone_bi=person.phone_bi,
        patient_id=person.patient_id,
        language=person.language,
        text_id=new_id(),
        began_at=began,
        asked_at=began,
        expires_at=began + timedelta(hours=dialogue.wait_hours),
    )
    at = began
    keys = keys_for(clinic_id)
    for step in dialogue.steps:
        if step.kind not in (StepKind.ASK, StepKind.WORDS):
            continue
        if step.kind is StepKind.WORDS and random.random() < 0.6:
            continue  # nothing to tell
        chance = random.random()
        if chance < FALLS_SILENT:
            ending = Ending.SILENT
            break
        choice = min(step.choices, random.choice((1, 1, 1, 2, 2, 3))) if step.kind is StepKind.ASK else 0
        words = random.choice(WORDS[step.key]) if step.kind is StepKind.WORDS else str(choice)
        at += timedelta(minutes=random.randrange(1, 9))
        for is_again in (False, True) if chance < FALLS_SILENT + UNCLEAR else (False,):
            is_unclear = chance < FALLS_SILENT + UNCLEAR and not is_again and step.kind is StepKind.ASK
            row = Answer(
                clinic_id=clinic_id,
                id=new_id(),
                run_id=run.id,
                dialogue=dialogue.key,
                step=step.key,
                at=at,
                choice=0 if is_unclear else choice,
                is_understood=not is_unclear,
                is_again=is_again,
            )
            said = "not sure" if is_unclear else words
            row.words_ct = keys.seal(answering.SEALED, row.id.bytes, said.encode())
            answers.append(row)
        if choice == 3 or random.random() < HANDS_OVER:
            ending = Ending.HANDED
            break
    run.state, run.ended_at = ending, at
    runs.append(run)
