"""Count the messages of each clinic by where they stand."""

import argparse
import json
from datetime import UTC

NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clinic", metavar="SLUG", help="this clinic only")


def run(args: argparse.Namespace) -> int:
    """Prints messages by state, per clinic, and how the queue and the carriers are."""
    from recado.clinics import queries as clinics
    from recado.clinics.types import NoSuchClinic
    from recado.foundation import business_time
    from recado.foundation.database import Role, connect
    from recado.launch.errors import CannotRun
    from recado.messaging import queries as messaging

    try:
        chosen = [clinics.clinic_by_slug(args.clinic)] if args.clinic else clinics.all_clinics()
    except NoSuchClinic as error:
        raise CannotRun(str(error)) from None
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        counts = messaging.counts_by_state(maintenance, [clinic.id for clinic in chosen])
        health = messaging.health(maintenance)
    today = business_time.now().astimezone(UTC).date()
    promise = {
        one.lane.name.lower(): {"handed": one.handed, "in_time": one.in_time}
        for one in messaging.promise_of(days=1)
        if one.day == today
    }
    by_slug = {clinic.slug: {str(state): n for state, n in sorted(counts[clinic.id].items())} for clinic in chosen}
    if args.json:
        print(
            json.dumps(
                {"now": business_time.now().isoformat(), "clinics": by_slug, "promise": promise, **health},
                ensure_ascii=False,
            )
        )
        return 0
    for slug, states in by_slug.items():
        print(
            f"{slug}: " + (", ".join(f"{n} {state.replace('_', ' ')}" for state, n in states.items()) or "no messages")
        )
    print(f"queue: {health['queue']['state']}, the oldest due text waits {health['queue']['oldest_due_age_s']:.0f} s")
    for carrier in health["carriers"]:
        age = "never" if carrier["age_s"] is None else f"{carrier['age_s']:.0f} s ago"
        print(f"carrier {carrier['name']}: {carrier['state']}, last seen ready {age}")
    return 0
