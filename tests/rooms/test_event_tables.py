"""Tables of care events: read, told what is wrong with which row, brought in once, by page and by command."""

import csv
import io
from datetime import date, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recado.appointments.types import Announce
from recado.care_events import kinds, queries
from recado.care_events.types import EventKind, EventsResult, InvoiceDue, MedicationCourse, Stage
from recado.clinics.roles import RECEPTION, RECEPTION_LEAD
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import event_files, event_rows
from recado.integrations.csv_files.event_files import Wish
from recado.integrations.csv_files.types import Unreadable
from recado.web.imports import event_words
from tests import factories, pages, staff
from tests.factories import sql

pytestmark = pytest.mark.usefixtures("database")

HEAD = "kind,external_id,record_number,name,phone,language,birth_date,due_on,amount,currency,pay_url"
ONE = "invoice,I-1,10417,Eleanor Whitcombe,07700 900417,en,31/03/1950,24/12/2030,45.00,GBP,https://pay.example/1"
TODAY = date(2026, 11, 29)


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


def bring(clinic: UUID, *lines: str, head: str = HEAD, dry_run: bool = False, **more: Any) -> EventsResult:
    given = {"source": "books", "announce": Announce.ALL, "by": OPERATOR, "dry_run": dry_run, **more}
    return event_files.bring_in(clinic_id=clinic, file=io.BytesIO("\n".join((head, *lines)).encode()), **given)


def details(clinic: UUID) -> list[Any]:
    with clinic_scope(clinic):
        people = {row[0] for row in sql("SELECT patient_id FROM care_events_event")}
        return [one.detail for one in queries.events_of(clinic, people)]


def counts(result: EventsResult) -> tuple[int, int, int, int, int]:
    return result.new, result.changed, result.unchanged, result.repeated, result.left_out


def test_rows_become_events_once_whatever_is_brought_in_again(clinic: UUID) -> None:
    assert counts(bring(clinic, ONE, dry_run=True)) == (1, 0, 0, 0, 0) and details(clinic) == []
    assert counts(bring(clinic, ONE)) == (1, 0, 0, 0, 0)
    assert details(clinic) == [InvoiceDue(date(2030, 12, 24), 4500, "GBP", "https://pay.example/1")]
    assert counts(bring(clinic, ONE)) == (0, 0, 1, 0, 0)
    assert counts(bring(clinic, ONE.replace("45.00", "46,50").replace("46,50", '"46,50"'))) == (0, 1, 0, 0, 0)
    assert counts(bring(clinic, ONE, ONE.replace("24/12", "25/12"))) == (0, 1, 0, 1, 0), "the later row counts"
    assert details(clinic)[0].due_on == date(2030, 12, 25)


def test_every_row_is_counted_and_wrong_ones_are_told_with_column_and_key(clinic: UUID) -> None:
    result = bring(
        clinic,
        ONE,
        ONE.replace("I-1", ""),
        ONE.replace("I-1", "I-3").replace("24/12/2030", "soon"),
        ONE.replace("invoice", "bill").replace("I-1", "I-4"),
        ONE.replace("I-1", "I-5").replace("45.00", "much").replace("07700 900417", "none at all 12"),
        ONE.replace("I-1", "I-6").replace("https", "ftp"),
        ",,,,,,,,,,",
        'invoice,I-8,"10417',
    )
    assert counts(result) == (1, 0, 0, 0, 6) and result.rows == 7
    told = [(one.row, one.column, one.key) for one in result.troubles]
    assert told == [
        (3, "external_id", "id_missing"),
        (4, "due_on", "day"),
        (5, "kind", "kind"),
        (6, "phone", "phone"),
        (6, "amount", "amount"),
        (9, "", "broken"),
        (7, "pay_url", "bad_url"),
    ]


def test_columns_may_be_named_as_in_a_file_of_visits_and_a_kind_be_chosen(clinic: UUID) -> None:
    line = "1;4711;Kowalska Joanna;+447700900604;pl;7 days at 08:00 20:00, then 7 days at 08:00;2030-01-05;x"
    head = "id;nr karty;nazwisko i imię;telefon;język;stages;first_day;colour"
    result = bring(clinic, line, head=head, wish=Wish(EventKind.MEDICATION))
    assert counts(result) == (1, 0, 0, 0, 0) and result.columns_left_out == ("colour",)
    course = (Stage(7, (time(8), time(20))), Stage(7, (time(8),)))
    assert details(clinic) == [MedicationCourse(date(2030, 1, 5), course)]


def test_table_without_what_is_needed_is_refused_whole(clinic: UUID) -> None:
    with pytest.raises(Unreadable, match="external_id"):
        bring(clinic, "invoice,10417", head="kind,record_number")
    with pytest.raises(Unreadable, match="2 rows"):
        bring(clinic, ONE, ONE.replace("I-1", "I-2"), ONE.replace("I-1", "I-3"), wish=Wish(most=2))


def test_first_table_of_a_system_tells_nobody_at_once(clinic: UUID) -> None:
    assert bring(clinic, ONE, announce=Announce.AUTO).told == 0
    assert bring(clinic, ONE.replace("I-1", "I-2"), announce=Announce.AUTO).told == 1


@pytest.mark.parametrize("kind", EventKind)
def test_file_to_fill_in_can_be_brought_in_as_it_is(clinic: UUID, kind: EventKind) -> None:
    head, line = event_rows.template(kind, TODAY)
    out = io.StringIO()
    csv.writer(out).writerows([head, line])
    file = io.BytesIO(out.getvalue().encode())
    result = event_files.bring_in(
        clinic_id=clinic, file=file, source="books", announce=Announce.NONE, by=OPERATOR, dry_run=True
    )
    assert (result.new, result.troubles) == (1, ())
    assert set(event_rows.OF_KIND[kind]) <= set(event_rows.HEADERS.values())


def test_every_fault_has_its_words_on_the_page() -> None:
    assert kinds.FAULTS.keys() | event_rows.WRONG.keys() - {"later"} <= event_words.WRONG.keys()


# ------------------------------------------------------------------------------------------------ by page


def upload(client: Client, text: str, **more: str) -> Any:
    form = {"kind": "", "source": "books", "dates": "auto", **more}
    return client.post("/import/events", {**form, "file": SimpleUploadedFile("bills.csv", text.encode())})


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    html = str(answer.content.decode())
    assert pages.Reading(html).faults == []
    return html


def test_table_is_looked_at_and_then_brought_in_by_page(clinic: UUID) -> None:
    client = staff.desk(clinic, RECEPTION_LEAD)
    assert "invoice.csv" in read(client, "/import/events")
    answer = upload(client, "\n".join((HEAD, ONE, ONE.replace("I-1", ""))))
    assert answer.status_code == 302
    html = read(client, answer.url)
    assert "Give each event a name of its own" in html and "2 rows" in html and details(clinic) == []
    assert b"Give each event" in b"".join(client.get(f"{answer.url}/left-out.csv").streaming_content)
    done = client.post(f"{answer.url}/bring-in", {"announce": "none"})
    assert done.status_code == 302 and len(details(clinic)) == 1
    assert client.get(done.url).status_code == 200
    assert client.post(f"{answer.url}/bring-in", {"announce": "all"}).status_code == 404, "brought in once"
    assert sql("SELECT count(*) FROM csv_files_filepart") == [(0,)]
    assert "books" in read(client, "/import/")


def test_file_that_is_no_table_is_told_and_nothing_is_kept(clinic: UUID) -> None:
    client = staff.desk(clinic, RECEPTION_LEAD)
    answer = upload(client, "colour,size,shape,name\nred,3,round,x\n")
    assert answer.status_code == 422 and "Columns that are needed" in answer.content.decode()
    assert sql("SELECT count(*) FROM csv_files_importfile") == [(0,)]
    assert client.post("/import/events", {"source": "books"}).status_code == 422


def test_file_is_deleted_when_nobody_wants_it(clinic: UUID) -> None:
    client = staff.desk(clinic, RECEPTION_LEAD)
    where = upload(client, "\n".join((HEAD, ONE))).url
    assert "bills.csv" in read(client, "/import/events")
    assert client.post(f"{where}/discard").status_code == 302
    assert client.get(where).status_code == 404
    assert client.get(where.replace("/events", "") + "/").status_code == 404


def test_files_to_fill_in_are_there_for_each_kind_and_for_nobody_else(clinic: UUID) -> None:
    client = staff.desk(clinic, RECEPTION_LEAD)
    for kind in EventKind:
        answer = client.get(f"/import/events/fill-in/{kind}.csv")
        assert answer.status_code == 200 and b"external_id" in b"".join(answer.streaming_content)
    assert client.get("/import/events/fill-in/nothing.csv").status_code == 404
    assert staff.desk(clinic, RECEPTION).get("/import/events").status_code == 403


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("45", 4500), ("45,5", 4550), ("45.05", 4505), ("1,250", None), ("1.250", None), ("1e3", None), ("-1", None)],
)
def test_amount_is_what_was_meant_or_refused(clinic: UUID, typed: str, minor: int | None) -> None:
    result = bring(clinic, ONE.replace("45.00", f'"{typed}"'))
    assert counts(result)[4] == (minor is None)
    assert [one.amount_minor for one in details(clinic)] == ([] if minor is None else [minor])


# ------------------------------------------------------------------------------------------------ by command


def test_command_brings_a_table_in_and_lists_what_stays_out(
    clinic: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    from recado.launch.commands import import_

    (tmp_path / "bills.csv").write_text("\n".join((HEAD, ONE, ONE.replace("I-1", ""))), encoding="utf-8")
    parser = argparse.ArgumentParser()
    import_.add_arguments(parser)
    asked = ["events", str(tmp_path / "bills.csv"), "--clinic", "harbour-street", "--errors", str(tmp_path / "out.csv")]
    args = parser.parse_args(asked)
    args.json = False
    assert import_.run(args) == 0
    said = capsys.readouterr().out
    assert "1  new" in said and "1  left out" in said and "Row 3, external_id: Give each event a name" in said
    assert "id_missing" in (tmp_path / "out.csv").read_text("utf-8-sig")
