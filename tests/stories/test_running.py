"""Somebody starts Recado on a machine, and things go wrong there: processes die, the database dies, the power goes."""

import json
import os
import signal
from pathlib import Path

import psycopg
import pytest

from recado.launch.postgres import running_url
from tests import cluster
from tests.product import Product, is_alive, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
CHILDREN = ("web", "worker", "dispatch")


def test_product_heals_when_its_processes_are_killed() -> None:
    with Product() as product:
        # Given a fresh data folder, when somebody starts Recado without the demo
        said = product.start("--no-demo")
        assert said.pop("first_run").startswith(f"{product.url}/first-run/")
        assert said == {"url": product.url, "is_demo": False, "enter": {}}
        assert product.is_ready()
        assert not (product.data / "run" / "simulate-carrier.json").exists()

        # Then a second start on the same folder is refused in one sentence
        second = product.run("up")
        assert second.returncode == 1
        assert second.stderr.startswith("recado: Recado is already running on the data folder")
        assert len(second.stderr.splitlines()) == 1

        # When each process is killed, then it comes back
        before = {name: product.pid_of(name) for name in CHILDREN}
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        assert wait_for(lambda: all((product.data / "run" / f"{n}.json").exists() for n in CHILDREN))
        assert wait_for(lambda: all(product.pid_of(name) != before[name] for name in CHILDREN))
        assert wait_for(product.is_ready)

        # When the database is killed, then it comes back and the pages serve again
        database = product.pid_of("postgres")
        os.kill(database, signal.SIGKILL)
        assert wait_for(lambda: product.pid_of("postgres") != database)
        assert wait_for(product.is_ready)

        # When somebody asks the doctor, then nothing is broken
        doctor = product.run("doctor", "--json")
        findings = json.loads(doctor.stdout)["findings"]
        assert [f for f in findings if f["level"] == "broken"] == []
        assert doctor.returncode == 0

        # When it is stopped by Ctrl-C, then nothing is left
        pids = [product.pid_of(name) for name in (*CHILDREN, "postgres")]
        assert product.stop(signal.SIGINT) == 0
        assert [pid for pid in pids if is_alive(pid)] == []


def test_next_start_takes_over_when_the_supervisor_was_killed() -> None:
    with Product() as product:
        # Given a running product with something in its database
        product.start("--no-demo")
        url = running_url(product.data)
        assert url
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 1 AS n")
        children = [product.pid_of(name) for name in CHILDREN]
        database = product.pid_of("postgres")

        # When the supervisor is killed
        product.stop(signal.SIGKILL)

        # Then its processes end, the database lives on, and the next start adopts it
        assert wait_for(lambda: not any(map(is_alive, children)), 30)
        assert is_alive(database)
        product.start("--no-demo")
        assert product.pid_of("postgres") == database
        assert wait_for(product.is_ready)
        with psycopg.connect(url, autocommit=True) as owner:
            assert owner.execute("SELECT n FROM kept").fetchone() == (1,)
        assert product.stop() == 0
        assert not is_alive(database)


def test_start_is_refused_with_advice_when_the_port_is_taken() -> None:
    import socket

    with Product() as product, socket.socket() as squatter:
        squatter.bind(("127.0.0.1", product.port))
        squatter.listen()
        refused = product.run("up", "--no-demo")
        assert refused.returncode == 1
        assert f"RECADO_PORT={product.port + 1} make run" in refused.stderr
        assert not (product.data / "postgres").exists()


def test_no_server_is_started_when_a_database_is_given() -> None:
    name = f"{cluster.database_name()}_given"
    cluster.create(name)
    with Product(RECADO_DATABASE_URL=cluster.owner_url(name)) as product:
        product.start("--no-demo")
        assert product.is_ready()
        assert not (product.data / "postgres").exists()
        assert product.stop() == 0


def test_demo_stays_on_this_machine_when_it_is_told_to_listen_elsewhere() -> None:
    with Product() as product:
        assert product.start()["is_demo"] is True
        assert product.get("/handset/")[0] == 200
        assert product.stop() == 0
        refused = product.run("up", "--host", "0.0.0.0")
        assert refused.returncode == 1
        assert "listens on this machine only" in refused.stderr


def test_key_file_is_not_made_anew_when_an_old_database_has_lost_it() -> None:
    with Product() as product:
        product.start("--no-demo")
        product.stop()
        keys: Path = product.data / "keys.json"
        keys.rename(product.folder / "aside")
        refused = product.run("up", "--no-demo")
        assert refused.returncode == 1
        assert "There is no key file" in refused.stderr
        assert not keys.exists()
