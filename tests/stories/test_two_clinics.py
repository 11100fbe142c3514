"""Two clinics on one product: as one of them, nothing of the other can be read, counted, guessed or linked."""

import json
from collections.abc import Iterator

import pytest

from tests.phones import CLINIC, DAY, Demo, in_days, link_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
OTHER = "quay-side"
PHONE = "+447700900821"  # of a person who goes to both

LOOK = """
import psycopg
from recado.clinics import queries
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import SET_CLINIC
ours, theirs = (queries.clinic_by_slug(slug).id for slug in ("quay-side", "harbour-street"))
def tables(connection):
    return [row[0] for row in connection.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'clinic_id'"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1")]
"""


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """Harbour Street with a visit of a person who also goes to Quay Side, and the texts of both out."""
    with Demo() as running:
        made = running.product.run(
            "clinic", "create", "--slug", OTHER, "--name", "Quay Side", "--timezone", "Europe/London"
        )
        assert made.returncode == 0, made.stderr
        row = ("V-1", "Wanda Przybylska", "8001", "07700 900821", "English", in_days(9), "10:30")
        running.bring_in((*row, "Dr Costa"), announce="all")
        running.bring_in((*row, "Dr Lund"), clinic=OTHER, announce="all")
        running.wait(DAY)
        yield running


def test_same_number_of_both_is_a_visit_of_each(demo: Demo) -> None:
    assert demo.visit("V-1")["clinician"] == "Dr Costa"
    assert demo.visit("V-1", OTHER)["clinician"] == "Dr Lund"
    told = demo.texts(PHONE)
    assert sorted(text.split(":")[0] for text in told) == ["Harbour Street Clinic", "Quay Side"]


def test_appointment_of_one_is_unknown_to_the_other(demo: Demo) -> None:
    done = demo.product.run("show", "appointment", "HS-A0007", "--clinic", OTHER)
    assert done.returncode == 1
    assert "has no appointment" in done.stderr


def test_link_of_one_shows_the_other_nowhere(demo: Demo) -> None:
    paths = {text.split(":")[0]: link_in(text) for text in demo.texts(PHONE)[:2]}
    for name, other in (("Quay Side", "Harbour Street"), ("Harbour Street Clinic", "Quay Side")):
        status, page = demo.page(paths[name])
        assert status == 200
        assert name in page
        assert other not in page


def test_import_of_one_changes_nothing_of_the_other(demo: Demo) -> None:
    before = demo.visit("V-1")
    row = ("V-1", "Wanda Przybylska", "8001", "07700 900821", "English", in_days(12), "09:00", "Dr Lund")
    assert demo.bring_in(row, clinic=OTHER, announce="none")["moved"] == 1
    assert demo.visit("V-1") == before
    assert demo.visit("V-1", OTHER)["start"] != before["start"]


def test_stop_to_one_leaves_the_other_alone(demo: Demo) -> None:
    demo.answer(PHONE, "STOP")  # goes to whoever texted last
    stopped = demo.inside(
        LOOK
        + "with connect(Role.MAINTENANCE) as c:\n"
        + "    say([str(row[0]) for row in c.execute('SELECT DISTINCT clinic_id FROM consent_withdrawal')])"
    )
    assert len(stopped) == 1


def test_search_of_one_finds_nobody_of_the_other(demo: Demo) -> None:
    found = demo.inside(
        LOOK
        + "from recado.contacts import queries as contacts\n"
        + "from recado.foundation.tenancy import clinic_scope\n"
        + "said = []\n"
        + "for clinic, other in ((ours, theirs), (theirs, ours)):\n"
        + "    with clinic_scope(clinic):\n"
        + "        said.append([len(contacts.find(clinic, 'Whitcombe').hits), len(contacts.find(other, 'Przybylska').hits),\n"
        + "            len(contacts.find(clinic, 'Przybylska').hits)])\n"
        + "say(said)"
    )
    assert found == [[0, 0, 1], [1, 0, 1]]


def test_app_role_of_one_counts_no_row_of_the_other_in_any_table(demo: Demo) -> None:
    seen = demo.inside(
        LOOK
        + "with connect(Role.APP) as c:\n"
        + "    c.execute(SET_CLINIC, (str(ours),))\n"
        + "    names = tables(c)\n"
        + "    foreign = {t: c.execute(f'SELECT count(*) FROM {t} WHERE clinic_id IS DISTINCT FROM %s', (ours,)).fetchone()[0]"
        + " for t in names}\n"
        + "    own = {t: c.execute(f'SELECT count(*) FROM {t}').fetchone()[0] for t in names}\n"
        + "    c.execute(\"SELECT set_config('recado.clinic', '', true)\")\n"
        + "    outside = {t: c.execute(f'SELECT count(*) FROM {t}').fetchone()[0] for t in names}\n"
        + "    clinics = c.execute('SELECT count(*) FROM clinics_clinic').fetchone()[0]\n"
        + "say([foreign, own, outside, clinics])"
    )
    foreign, own, outside, clinics = seen
    assert len(foreign) > 15
    assert not any(foreign.values()), json.dumps(foreign)
    assert not any(outside.values()), json.dumps(outside)
    assert own["appointments_appointment"] == 1
    assert own["messaging_message"] >= 1
    assert clinics == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tasks_task (id, clinic_id, kind, source, detail, due_at, raised_at) "
        "VALUES (gen_random_uuid(), %s, 'read_reply', 'x', '{}', now(), now())",
        "INSERT INTO consent_withdrawal (clinic_id, phone_bi, purpose_group, at) VALUES (%s, '1234567890123456', 1, now())",
        "WITH x AS (UPDATE appointments_appointment SET state = 'cancelled' WHERE clinic_id = %s RETURNING 1) "
        "SELECT 1 / count(*) FROM x",
        "WITH x AS (DELETE FROM journeys_timer WHERE clinic_id = %s RETURNING 1) SELECT 1 / count(*) FROM x",
    ],
    ids=["insert a task", "insert a withdrawal", "cancel a visit", "delete timers"],
)
def test_app_role_of_one_writes_nothing_of_the_other(demo: Demo, statement: str) -> None:
    refused = demo.inside(
        LOOK
        + "with connect(Role.APP) as c:\n"
        + "    c.execute(SET_CLINIC, (str(ours),))\n"
        + "    try:\n"
        + f"        c.execute({statement!r}, (theirs,))\n"
        + "        say('done')\n"
        + "    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.DivisionByZero) as error:\n"
        + "        say(type(error).__name__)"
    )
    assert refused in {"InsufficientPrivilege", "DivisionByZero"}


def test_dispatch_role_reads_neither_people_nor_visits(demo: Demo) -> None:
    refused = demo.inside(
        LOOK
        + "said = []\n"
        + "for table in ('contacts_patient', 'contacts_address', 'appointments_appointment', 'conversations_reading'):\n"
        + "    with connect(Role.DISPATCH) as c:\n"
        + "        try:\n"
        + "            c.execute(f'SELECT count(*) FROM {table}')\n"
        + "            said.append('read')\n"
        + "        except psycopg.errors.InsufficientPrivilege:\n"
        + "            said.append('refused')\n"
        + "say(said)"
    )
    assert refused == ["refused"] * 4


def test_phones_page_of_the_demo_is_nobody_elses(demo: Demo) -> None:
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    for headers in ({"X-Forwarded-For": "10.0.0.1"}, {"Origin": "https://elsewhere.example"}):
        with pytest.raises(HTTPError) as refusal:
            urlopen(Request(demo.product.url + "/handset/phones.json", headers=headers), timeout=10)
        assert refusal.value.code == 403
    assert CLINIC not in demo.page("/healthz")[1]
