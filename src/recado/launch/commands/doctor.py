"""Looks at the set-up and says what to do where it isn't well.

Looks at Python, the data folder, the key file and its backup, disk space, the port, the processes, the database, its
roles, migrations and row security. Changes nothing. Exit code 1 if anything is broken; warnings alone give 0.
"""

import argparse
import json
import os

NEEDS_DATABASE = False  # it says itself what is wrong with it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()
    from recado.launch.examination import Level, examine

    findings = examine()
    broken = sum(finding.level is Level.BROKEN for finding in findings)
    if args.json:
        rows = [{"about": f.about, "level": f.level, "says": f.says, "advice": f.advice} for f in findings]
        print(json.dumps({"is_well": not broken, "findings": rows}, ensure_ascii=False, indent=1))
        return 1 if broken else 0
    for finding in findings:
        print(f"{finding.level.upper():8}{finding.about}: {finding.says}")
        if finding.advice:
            print(f"{'':8}  -> {finding.advice}")
    print(f"{broken} {'thing is' if broken == 1 else 'things are'} broken." if broken else "Nothing is broken.")
    return 1 if broken else 0
