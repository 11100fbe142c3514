"""A file of appointments comes into the calendar: what goes in, what stays out, who is told."""

import argparse
import io
import json
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from recado.appointments import queries as calendar
from recado.appointments.types import Announce, VisitState
from recado.clinics import actions as clinics
from recado.clinics.types import CareBasis, QuietHours
from recado.contacts.models import Patient
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import actions, queries
from recado.integrations.csv_files.columns import mapping_from
from recado.integrations.csv_files.models import ImportRun
from recado.integrations.csv_files.types import ImportResult, Unreadable, Wishes
from recado.launch import console
from recado.launch.commands import import_
from recado.launch.errors import CannotRun
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return clinics.create_clinic(
        slug="csv-clinic",
        name="CSV Clinic",
        time_zone="Europe/London",
        care_basis=CareBasis.CARE,
        quiet_hours=QuietHours(),
        country="GB",
        default_language="en",
        by=OPERATOR,
    ).id


def day(ahead: int, clock: str = "10:30") -> str:
    """A start `ahead` days from now, as a practice system writes it."""
    return f"{business_time.now() + timedelta(days=ahead):%d/%m/%Y} {clock}"


def visit(number: int, *, ahead: int = 20, clock: str = "10:30", status: str = "booked", phone: str = "") -> str:
    return f"V-{number},Ann Person {number},R{number},{phone or f'07700 900{number:03}'},{day(ahead, clock)},{status}"


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("id,patient,record_number,phone,start,status", *rows, "")), "utf-8")
    return path


def bring(clinic_id: UUID, path: Path, announce: Announce = Announce.AUTO, **more: Any) -> ImportResult:
    given: dict[str, Any] = {"source": "csv", "dry_run": False, "by": OPERATOR, **more}
    return actions.import_appointments(clinic_id=clinic_id, path=path, announce=announce, **given)


def changes(result: ImportResult) -> dict[str, int]:
    names = ("new", "moved", "cancelled", "changed", "unchanged")
    return {name: count for name in names if (count := getattr(result, name))}


def state(clinic_id: UUID, number: int) -> tuple[VisitState, str]:
    with clinic_scope(clinic_id):
        (found,) = calendar.visits_called(clinic_id, f"V-{number}")
    return found.state, f"{found.starts_at:%d/%m/%Y}"


def test_good_rows_come_in_when_others_are_bad(clinic: UUID, tmp_path: Path) -> None:
    bad = "V-3,Planted Name,R3,6,12E+08," + day(20) + ",booked"
    file = write(tmp_path / "a.csv", visit(1), visit(2, phone="6.12E+08"), bad, visit(4, status="purple"), visit(5))
    result = bring(clinic, file)
    assert changes(result) == {"new": 2}
    assert (result.rows, result.rows_left_out, result.error_count) == (5, 3, 3)
    assert [(e.row, e.code) for e in result.errors] == [(3, "phone_cut"), (4, "row_too_long"), (5, "status_unknown")]
    assert "Planted" not in repr(result)


def test_same_file_twice_changes_nothing(clinic: UUID, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", *(visit(n) for n in range(30)))
    assert changes(bring(clinic, file)) == {"new": 30}
    again = bring(clinic, file)
    assert changes(again) == {"unchanged": 30}
    assert (again.told, again.waiting) == (0, 0)
    assert any("brought in before" in note for note in again.notes)


def test_visits_move_and_are_cancelled_when_the_file_says_so(clinic: UUID, tmp_path: Path) -> None:
    bring(clinic, write(tmp_path / "a.csv", visit(1), visit(2), visit(3)))
    result = bring(clinic, write(tmp_path / "b.csv", visit(1, ahead=21), visit(2, status="Annulé"), visit(4)))
    assert changes(result) == {"new": 1, "moved": 1, "cancelled": 1}
    assert state(clinic, 1) == (VisitState.BOOKED, day(21)[:10])
    assert state(clinic, 2)[0] is VisitState.CANCELLED
    assert state(clinic, 3)[0] is VisitState.BOOKED  # missing from a file is not cancelled
    assert result.told == 3


def test_dry_run_changes_nothing_and_counts_the_same(clinic: UUID, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", visit(1), visit(2, status="purple"))
    dry = bring(clinic, file, dry_run=True)
    assert dry.run_id is None
    with clinic_scope(clinic):
        assert calendar.is_new_source(clinic, "csv")
        assert not ImportRun.objects.filter(clinic_id=clinic).exists()
        assert not Patient.objects.filter(clinic_id=clinic).exists()
    assert changes(dry) == changes(bring(clinic, file))


def test_first_import_tells_nobody_until_asked_to(clinic: UUID, tmp_path: Path) -> None:
    assert bring(clinic, write(tmp_path / "a.csv", visit(1), visit(2))).told == 0
    assert bring(clinic, write(tmp_path / "b.csv", visit(3)), source="other", announce=Announce.ALL).told == 1


def test_many_people_wait_for_a_word_when_an_import_would_tell_them(clinic: UUID, tmp_path: Path) -> None:
    bring(clinic, write(tmp_path / "a.csv", visit(0)))
    file = write(tmp_path / "b.csv", *(visit(n) for n in range(1, 61)))
    waiting = bring(clinic, file)
    assert (changes(waiting), waiting.told, waiting.waiting) == ({"new": 60}, 0, 60)
    assert bring(clinic, file).waiting == 60
    released = bring(clinic, file, announce=Announce.ALL)
    assert (changes(released), released.told, released.waiting) == ({"unchanged": 60}, 60, 0)


def test_nobody_is_told_when_the_word_is_none(clinic: UUID, tmp_path: Path) -> None:
    bring(clinic, write(tmp_path / "a.csv", visit(0)))
    file = write(tmp_path / "b.csv", *(visit(n) for n in range(1, 61)))
    bring(clinic, file)
    assert (dropped := bring(clinic, file, announce=Announce.NONE)).waiting == dropped.told == 0
    assert bring(clinic, file, announce=Announce.ALL).told == 0


def test_last_row_counts_when_an_appointment_stands_twice(clinic: UUID, tmp_path: Path) -> None:
    rows = [visit(1), *(visit(n) for n in range(2, 6)), visit(1, ahead=25)]
    result = bring(clinic, write(tmp_path / "a.csv", *rows))
    assert (changes(result), result.repeated, result.rows) == ({"new": 5}, 1, 6)
    assert state(clinic, 1)[1] == day(25)[:10]


def test_past_visits_are_recorded_without_texts(clinic: UUID, tmp_path: Path) -> None:
    bring(clinic, write(tmp_path / "a.csv", visit(0)))
    result = bring(clinic, write(tmp_path / "b.csv", visit(1, ahead=-3), visit(2)), announce=Announce.ALL)
    assert (result.new, result.past, result.told) == (2, 1, 1)


def test_visit_without_a_phone_is_counted_and_tells_nobody(clinic: UUID, tmp_path: Path) -> None:
    bring(clinic, write(tmp_path / "a.csv", visit(0)))
    row = f"V-1,Ann Person,R1,,{day(20)},booked"
    result = bring(clinic, write(tmp_path / "b.csv", row), announce=Announce.ALL)
    assert (result.new, result.without_phone, result.error_count) == (1, 1, 0)


def test_chunks_make_one_import_when_a_file_is_long(
    clinic: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recado.integrations.csv_files.chunks.CHUNK", 7)
    file = write(tmp_path / "a.csv", *(visit(n) for n in range(30)), visit(3, ahead=25))
    result = bring(clinic, file)
    assert (changes(result), result.told) == ({"new": 30}, 0)
    assert state(clinic, 3)[1] == day(25)[:10]


def test_first_import_stays_the_first_when_it_broke_off(
    clinic: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "a.csv", *(visit(n) for n in range(20)))
    with monkeypatch.context() as patch:
        patch.setattr("recado.integrations.csv_files.chunks.CHUNK", 7)
        from recado.appointments import actions as appointments

        record, calls = appointments.record_bookings, []

        def break_off(**given: Any) -> Any:
            calls.append(given)
            if len(calls) == 2:
                raise ConnectionError("gone")
            return record(**given)

        patch.setattr(appointments, "record_bookings", break_off)
        with pytest.raises(Unreadable, match="Bring it in again"):
            bring(clinic, file)
    again = bring(clinic, file)
    assert (changes(again), again.told) == ({"new": 13, "unchanged": 7}, 0)
    ends = factories.sql("SELECT action FROM foundation_auditevent WHERE action LIKE 'csv_files.%' ORDER BY id")
    assert [action.partition(".")[2] for (action,) in ends] == ["begin", "break_off", "begin", "import"]


def test_mapping_is_remembered_for_the_source(clinic: UUID, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"id;patient;Rendez;Motif\n1;Ann;{day(20)};Contrôle\n", "utf-8")
    with pytest.raises(Unreadable, match="Headers seen: id, patient, Rendez, Motif"):
        bring(clinic, file)
    wishes = Wishes(mapping_from(["Rendez=start", "Motif=service"]))
    assert changes(bring(clinic, file, wishes=wishes)) == {"new": 1}
    assert queries.saved_mapping(clinic, "csv") == {"rendez": "start", "motif": "service"}
    assert changes(bring(clinic, file)) == {"unchanged": 1}
    with pytest.raises(Unreadable):
        bring(clinic, file, source="other")


def test_run_is_recorded_without_personal_data(clinic: UUID, tmp_path: Path) -> None:
    result = bring(clinic, write(tmp_path / "a.csv", visit(1)))
    with clinic_scope(clinic):
        run = ImportRun.objects.get(clinic_id=clinic)
    assert run.id == result.run_id
    assert run.finished_at is not None
    assert run.counts["new"] == 1
    assert len(bytes(run.file_digest)) == 32
    assert "Person" not in repr(run.counts)


def test_every_error_is_written_when_a_file_is_named_for_them(clinic: UUID, tmp_path: Path) -> None:
    rows = [visit(n, phone="6.12E+08") for n in range(1_100)]
    result = bring(clinic, write(tmp_path / "a.csv", *rows), errors_to=tmp_path / "errors.csv")
    assert (len(result.errors), result.error_count) == (1_000, 1_100)
    listed = (tmp_path / "errors.csv").read_text("utf-8-sig").splitlines()
    assert len(listed) == 1_101
    assert "Person" not in "".join(listed)
    with pytest.raises(Unreadable, match="Choose another name"):
        bring(clinic, tmp_path / "a.csv", errors_to=tmp_path / "a.csv")


def command(*given: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    import_.add_arguments(parser)
    console._add_json(parser)
    out = io.StringIO()
    with redirect_stdout(out):
        code = import_.run(parser.parse_args(["appointments", *given]))
    return code, out.getvalue()


def test_command_answers_in_json(clinic: UUID, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", visit(1), visit(2, phone="6.12E+08"), f"V-3,Bob,R3,,{day(20)},")
    code, out = command(str(file), "--clinic", "csv-clinic", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["new"], told["moved"], told["cancelled"], told["unchanged"]) == (2, 0, 0, 0)
    assert (told["without_phone"], told["past"], told["error_count"], told["waiting"]) == (1, 0, 1, 0)
    assert set(told["errors"][0]) >= {"row", "column", "reason", "fix"}
    assert told["errors"][0]["row"] == 3


def test_command_says_what_to_do_when_people_wait(clinic: UUID, tmp_path: Path) -> None:
    command(str(write(tmp_path / "a.csv", visit(0))), "--clinic", "csv-clinic")
    file = write(tmp_path / "b.csv", *(visit(n) for n in range(1, 61)))
    code, out = command(str(file), "--clinic", "csv-clinic")
    assert code == 0
    assert "60 people have not been told yet" in out
    assert f"recado import appointments {file} --clinic csv-clinic --announce all" in out


def test_command_fails_when_no_row_could_be_read(clinic: UUID, tmp_path: Path) -> None:
    code, out = command(str(write(tmp_path / "a.csv", visit(1, phone="6.12E+08"))), "--clinic", "csv-clinic")
    assert code == 1
    assert "as text and export again" in out


@pytest.mark.parametrize(
    ("file", "slug", "word"),
    [
        ("none.csv", "csv-clinic", "not there"),
        ("book.xlsx", "csv-clinic", "Save as, CSV"),
        ("a.csv", "nowhere", "slug"),
    ],
)
def test_command_refuses_in_a_sentence_when_it_can_not_begin(
    clinic: UUID, tmp_path: Path, file: str, slug: str, word: str
) -> None:
    write(tmp_path / "a.csv", visit(1))
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04xl")
    with pytest.raises(CannotRun, match=word):
        command(str(tmp_path / file), "--clinic", slug)


def test_command_needs_a_clinic() -> None:
    with pytest.raises(SystemExit) as end:
        command("a.csv")
    assert end.value.code == 2
