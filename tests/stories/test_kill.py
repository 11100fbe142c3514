"""Every process of the product is killed during a run, and nothing is lost or sent twice: the short form of `bench/kill.py`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recado.launch.postgres_cluster import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]


def test_nothing_is_lost_or_doubled_when_every_process_is_killed() -> None:
    # Given texts going out at a steady pace while patients answer
    # When the dispatcher, the worker, the web server, PostgreSQL and the links of both carriers die, a few seconds apart
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RECADO_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "bench.kill", "--kills", "6", "--rate", "150", "--port", str(free_port())],
        cwd=ROOT,
        env=clean | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr[-3000:]
    report = json.loads(done.stdout[done.stdout.index("{") :])

    # Then each text reached the carrier or stands uncertain with its reason
    assert len(report["killed"]) == 6, report
    assert report["acknowledged_to_the_caller"] == report["texts"] > 3000, report
    assert not {"LOST", "TWICE", "NOT IN THE BOOKS"} & set(report["fates"]), report
    # And every reply that was handed over is stored and read
    assert report["replies_stored"] >= report["replies_typed"] > 0, report
    assert report["replies_unread"] == 0, report
    # And every call of the carrier over HTTP came through: its texts, its reports, its replies, whole and once
    assert report["over_http"]["texts_taken"] > 1000, report
    assert report["over_http"]["replies_stored"] == report["over_http"]["replies_typed"] > 0, report
    assert report["over_http"]["replies_cut"] == 0, report
    assert set(report["over_http"]["calls_stored"]) == {"read"}, report
    assert report["is_exact"], report
