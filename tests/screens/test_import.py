"""Bringing a file of appointments in by page: file, check, bring in, result, and back."""

from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.test import Client

from recado.appointments.models import Appointment
from recado.appointments.types import ImportDesk
from recado.clinics.roles import RECEPTION, RECEPTION_LEAD
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import desk, worker
from recado.integrations.csv_files.models import FilePart, FileRow, ImportFile, ImportRun
from recado.web.imports import showing
from tests import factories as f
from tests import imports, pages, staff
from tests.counting import statements

pytestmark = pytest.mark.usefixtures("database")
BAD = imports.line(2, start="31/11/2026 10:30")
CUT = imports.HEADER


@pytest.fixture
def clinic() -> UUID:
    return f.make_furnished().id


@pytest.fixture
def client(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION_LEAD)


def seen(client: Client, path: str, status: int = 200) -> str:
    """A page that is sound."""
    response = client.get(path, follow=True)
    assert response.status_code == status
    html = response.content.decode()
    assert pages.Reading(html).faults == []
    return " ".join(html.split())


def visits(clinic_id: UUID) -> dict[str, str]:
    with clinic_scope(clinic_id):
        rows = Appointment.objects.filter(clinic_id=clinic_id)
        return {row.external_id: row.state for row in rows}


def test_desk_is_what_the_pages_ask_for() -> None:
    answers: ImportDesk = desk
    assert answers.intake


def test_first_page_says_what_to_do_and_who_may_not_is_refused(clinic: UUID, client: Client) -> None:
    assert "Which appointments?" in seen(client, "/import/")
    assert staff.desk(clinic, RECEPTION).get("/import/").status_code == 403


def test_file_comes_in_step_by_step_and_nothing_before_the_third(clinic: UUID, client: Client) -> None:
    file_id = imports.uploaded(client, imports.line(1), BAD, imports.line(3))
    page = seen(client, f"/import/{file_id}/")
    assert "agenda.csv" in page and "Check 3 rows" in page
    assert "secret reason" not in page  # free text stays in the file
    client.post(f"/import/{file_id}/columns", {"do": "check"})
    assert "0 of 3 rows are checked" in seen(client, f"/import/{file_id}/")
    imports.work()
    page = seen(client, f"/import/{file_id}/")
    assert "2 rows are ready, 1 needs a look" in page
    assert "There is no such day in November." in page and "31/11/2026" in page
    assert visits(clinic) == {}
    client.post(f"/import/{file_id}/bring-in", {"announce": "auto"})
    assert visits(clinic) == {}
    imports.work()
    page = seen(client, f"/import/{file_id}/")
    assert "2 rows are in, 1 was left out" in page and "There is no such day in November." in page
    assert visits(clinic) == {"V-1": "booked", "V-3": "booked"}
    with clinic_scope(clinic):
        assert not FilePart.objects.filter(clinic_id=clinic).exists()
    assert "agenda" not in seen(client, "/import/")


def test_row_is_put_right_in_place_and_comes_in(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(client, imports.line(1), BAD)
    wrong = client.post(f"/import/{file_id}/row/3", {"c4": "32/11/2026 10:00"}, follow=True)
    assert "stays out still" in wrong.content.decode() and "32/11/2026" in wrong.content.decode()
    right = client.post(f"/import/{file_id}/row/3", {"c4": imports.day(9)}, follow=True).content.decode()
    assert "Row 3 is ready." in right and "2 rows are ready" in " ".join(right.split())
    client.post(f"/import/{file_id}/bring-in")
    imports.work()
    assert visits(clinic) == {"V-1": "booked", "V-2": "booked"}
    assert "2 rows are in" in seen(client, f"/import/{file_id}/result")


def test_row_is_left_out_and_taken_up_again(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(
        client, imports.line(1), imports.line(2, phone="020 7946 0018"), BAD.replace("V-2", "V-9")
    )
    assert "2 rows are ready, 1 needs a look" in seen(client, f"/import/{file_id}/")
    assert "landline" in seen(client, f"/import/{file_id}/?show=warned")
    client.post(f"/import/{file_id}/row/3", {"do": "out", "show": "warned"})
    client.post(f"/import/{file_id}/row/4", {"do": "out"})
    assert "1 row is ready" in seen(client, f"/import/{file_id}/")
    assert "Ann Person 2" in seen(client, f"/import/{file_id}/?show=left_out")
    client.post(f"/import/{file_id}/row/4", {"do": "in"})
    assert "1 row is ready, 1 needs a look" in seen(client, f"/import/{file_id}/")
    client.post(f"/import/{file_id}/bring-in")
    imports.work()
    assert visits(clinic) == {"V-1": "booked"}
    assert "1 row is in, 2 were left out" in seen(client, f"/import/{file_id}/result")


def test_what_was_put_right_is_kept_when_the_file_is_checked_again(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(client, imports.line(1), BAD)
    client.post(f"/import/{file_id}/row/3", {"c4": imports.day(9)})
    client.post(f"/import/{file_id}/back")
    client.post(f"/import/{file_id}/columns", {"do": "check"})
    imports.work()
    assert "2 rows are ready" in seen(client, f"/import/{file_id}/")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.4 etc", "This is a PDF"),
        (b"PK\x03\x04" + b"\0" * 40, "spreadsheet file"),
        (b"", "The file is empty"),
        (b"\x00\x01\x02" * 400, "not text"),
        (b"just a letter to somebody\n", "No header line was found"),
    ],
)
def test_wrong_file_is_refused_with_a_sentence_and_not_kept(
    clinic: UUID, client: Client, data: bytes, words: str
) -> None:
    response = imports.upload(client, data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert pages.Reading(response.content.decode()).faults == []
    with clinic_scope(clinic):
        assert not ImportFile.objects.filter(clinic_id=clinic).exists()


def test_form_without_a_file_says_so(client: Client) -> None:
    assert "Choose a file first." in client.post("/import/", {}).content.decode()


def test_upload_needs_the_forms_token(clinic: UUID) -> None:
    user = staff.hire(clinic, RECEPTION_LEAD)
    assert imports.upload(staff.signed_in(clinic, user, is_strict=True), imports.content()).status_code == 403
    with clinic_scope(clinic):
        assert not ImportFile.objects.filter(clinic_id=clinic).exists()


def test_large_file_is_refused_before_it_is_all_there(client: Client) -> None:
    with patch("recado.integrations.csv_files.store.MOST", 100):
        response = imports.upload(client, imports.content(*[imports.line(n) for n in range(9)]))
    assert response.status_code == 422
    assert "larger than 64 MB" in response.content.decode()


def test_nothing_of_a_patient_is_plain_while_the_file_is_here(clinic: UUID, client: Client) -> None:
    imports.checked(client, imports.line(1), BAD)
    for table in ("csv_files_importfile", "csv_files_filepart", "csv_files_filerow"):
        rows = f.sql(f"SELECT t::text FROM {table} t")  # our own names
        assert rows
        for words in ("Ann Person", "07700", "secret", "agenda"):
            assert words.encode().hex() not in str(rows) and words not in str(rows)


def test_columns_are_given_a_meaning_and_it_is_remembered(clinic: UUID, client: Client) -> None:
    data = f"Nr,Wer,Handy,Wann,Rest\nX-1,Ann Person,07700 900001,{imports.day(9)},x\n".encode()
    file_id = UUID(imports.upload(client, data)["Location"].split("/")[2])
    page = seen(client, f"/import/{file_id}/")
    assert "Something is missing" in page
    refused = client.post(f"/import/{file_id}/columns", {"do": "check"}, follow=True).content.decode()
    assert "has no meaning yet" in refused
    said = {"c0": "id", "c1": "patient", "c2": "mobile", "c3": "start", "source": "praxis", "do": "check"}
    client.post(f"/import/{file_id}/columns", said)
    imports.work()
    client.post(f"/import/{file_id}/bring-in")
    imports.work()
    assert visits(clinic) == {"X-1": "booked"}
    again = imports.upload(client, data)["Location"]
    page = seen(client, again)
    assert "All that is needed is there" in page and "praxis" in page and "came in before" in page


def test_dates_that_speak_for_both_are_asked_about(client: Client) -> None:
    rows = [imports.line(n, start=f"{when}/2027 10:30") for n, when in enumerate(("13/02", "02/13", "02/14", "02/15"))]
    file_id = imports.uploaded(client, *rows)
    assert "Say which it is" in seen(client, f"/import/{file_id}/")
    refused = client.post(f"/import/{file_id}/columns", {"do": "check"}, follow=True).content.decode()
    assert "only month first" in refused
    client.post(f"/import/{file_id}/columns", {"dates": "day-first"})
    client.post(f"/import/{file_id}/columns", {"do": "check"})
    imports.work()
    assert "1 row is ready, 3 need a look" in seen(client, f"/import/{file_id}/")


def test_letters_and_separator_can_be_changed(client: Client) -> None:
    data = "id;patient;start\nA;Łucja Żak;24/11/2027 10:30\n".encode("cp1250")
    file_id = imports.upload(client, data)["Location"].split("/")[2]
    client.post(f"/import/{file_id}/columns", {"encoding": "cp1252"})
    assert "£ucja" in seen(client, f"/import/{file_id}/")
    client.post(f"/import/{file_id}/columns", {"encoding": "cp1250"})
    assert "Łucja Żak" in seen(client, f"/import/{file_id}/")
    refused = client.post(f"/import/{file_id}/columns", {"encoding": "rot13"}, follow=True)
    assert refused.status_code == 200


def test_list_of_what_stays_out_holds_no_patient(client: Client) -> None:
    file_id = imports.checked(client, imports.line(1), BAD, imports.line(4, phone="6.12E+08"))
    text = b"".join(client.get(f"/import/{file_id}/left-out.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeffRow,") and len(text.strip().splitlines()) == 3
    assert "Ann" not in text and "6.12" not in text
    client.post(f"/import/{file_id}/bring-in")
    imports.work()
    text = b"".join(client.get(f"/import/{file_id}/left-out.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert len(text.strip().splitlines()) == 3


def test_words_are_in_the_readers_language(clinic: UUID) -> None:
    from django.utils import translation

    from recado.integrations.csv_files.sentences import Sentence

    said = Sentence("There is no such day in %(month)s.", month=Sentence("November"))
    assert said == "There is no such day in November."
    with patch("recado.integrations.csv_files.sentences.gettext", lambda text: f"<{text}>"), translation.override("fr"):
        assert said.here() == "<There is no such day in <November>.>"


def test_pause_stops_between_rows_and_going_on_ends_it(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(client, *[imports.line(n) for n in range(30)])
    client.post(f"/import/{file_id}/bring-in")
    with patch.object(worker, "ROWS", 10), patch.object(worker, "SLICE", 0.0001):
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            worker.run_next(maintenance)
            client.post(f"/import/{file_id}/pause", {"do": "pause"})
            assert worker.run_next(maintenance) == 0
        assert len(visits(clinic)) == 10
        page = seen(client, f"/import/{file_id}/")
        assert "10 of 30 rows are in" in page and "Go on" in page
        assert "1 person" not in page
        client.post(f"/import/{file_id}/pause", {"do": "go-on"})
        imports.work()
    assert len(visits(clinic)) == 30
    assert "30 rows are in" in seen(client, f"/import/{file_id}/result")


def test_worker_that_was_killed_is_followed_by_one_that_goes_on(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(client, *[imports.line(n) for n in range(30)], BAD.replace("V-2", "V-99"))
    client.post(f"/import/{file_id}/bring-in")
    with patch.object(worker, "ROWS", 10), patch.object(worker, "SLICE", 0.0001):
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            worker.run_next(maintenance)
        worker._open.clear()  # as a new process begins: only the database remembers
        imports.work()
    with clinic_scope(clinic):
        counts = ImportRun.objects.get(clinic_id=clinic, id=file_id).counts
    assert (counts["new"], counts["unchanged"], counts["rows"], counts["rows_left_out"]) == (30, 0, 31, 1)


def test_second_worker_writes_nothing_of_what_the_first_has_done(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(client, *[imports.line(n) for n in range(20)])
    client.post(f"/import/{file_id}/bring-in")
    with clinic_scope(clinic):
        row = ImportFile.objects.get(clinic_id=clinic, id=file_id)
    work = worker._opened(row)
    chunk = next(work.chunks)
    with clinic_scope(clinic):
        ImportFile.objects.filter(clinic_id=clinic, id=file_id).update(rows_done=5)  # by another
    with pytest.raises(worker._Elsewhere):
        worker._take(row, work, chunk)
    assert visits(clinic) == {}
    worker._close()


def test_two_files_of_one_source_go_in_one_after_the_other(clinic: UUID, client: Client) -> None:
    first = imports.checked(client, imports.line(1, ahead=20))
    second = imports.checked(client, imports.line(1, ahead=25))
    client.post(f"/import/{second}/bring-in")
    client.post(f"/import/{first}/bring-in")
    imports.work()
    with clinic_scope(clinic):
        done = {run.id: run.finished_at for run in ImportRun.objects.filter(clinic_id=clinic)}
    assert done[first] < done[second]


def test_file_that_breaks_waits_for_a_person(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(client, imports.line(1))
    client.post(f"/import/{file_id}/bring-in")
    with patch.object(worker, "_take", side_effect=RuntimeError("no")):
        imports.work()
    assert "Something broke off" in seen(client, f"/import/{file_id}/")
    client.post(f"/import/{file_id}/pause", {"do": "go-on"})
    imports.work()
    assert visits(clinic) == {"V-1": "booked"}


def test_people_who_wait_are_told_or_not(clinic: UUID, client: Client) -> None:
    imports.brought_in(client, imports.line(999))
    file_id = imports.brought_in(client, *[imports.line(n) for n in range(60)])
    assert "60 people wait for your word" in seen(client, f"/import/{file_id}/result")
    assert "texts wait" in seen(client, "/import/")
    page = client.post(f"/import/{file_id}/tell", {"do": "tell"}, follow=True).content.decode()
    assert "Texts to 60 people go now." in page and "wait for your word" not in page
    late = client.post(f"/import/{file_id}/tell", {"do": "drop"}, follow=True).content.decode()
    assert "Somebody has decided this already." in late
    other = imports.brought_in(client, *[imports.line(n, ahead=22) for n in range(60)])
    assert "Nobody is told." in client.post(f"/import/{other}/tell", {"do": "drop"}, follow=True).content.decode()


def test_import_is_taken_back_and_then_not_again(clinic: UUID, client: Client) -> None:
    imports.brought_in(client, imports.line(1))
    file_id = imports.brought_in(client, imports.line(1, ahead=30), imports.line(2), announce="none")
    assert "Take it back" in seen(client, f"/import/{file_id}/result")
    page = client.post(f"/import/{file_id}/take-back", follow=True).content.decode()
    assert "This import is being taken back" in page and "Take it back" not in page
    assert "being taken back" in seen(client, "/import/")
    imports.work()
    page = seen(client, f"/import/{file_id}/result")
    assert "This import was taken back" in page and "The calendar is as it was before." in page
    assert visits(clinic) == {"V-1": "booked"}
    assert f.visit(clinic, "V-1").revision == 1
    assert "was taken back" in client.post(f"/import/{file_id}/take-back", follow=True).content.decode()
    assert ">taken back<" in seen(client, "/import/")


def test_import_stays_once_somebody_was_told(clinic: UUID, client: Client) -> None:
    file_id = imports.brought_in(client, imports.line(1), announce="all")
    from recado.journeys.worker import run_due

    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        run_due(maintenance)
    f.sql("DELETE FROM messaging_outbox")
    assert "a text about one of its visits has left" in seen(client, f"/import/{file_id}/result")
    page = client.post(f"/import/{file_id}/take-back", follow=True).content.decode()
    assert "has left" in page
    assert visits(clinic) == {"V-1": "booked"}


def test_another_clinics_file_is_not_there(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(client, imports.line(1), BAD)
    other = staff.desk(f.make_clinic("elsewhere").id, RECEPTION_LEAD)
    for path in ("", "left-out.csv", "result"):
        assert other.get(f"/import/{file_id}/{path}").status_code == 404
    for path in ("columns", "row/3", "bring-in", "back", "pause", "discard", "tell", "take-back"):
        assert other.post(f"/import/{file_id}/{path}", {"do": "out"}).status_code == 404
    assert client.get(f"/import/{uuid4()}/").status_code == 404
    assert str(file_id) not in seen(other, "/import/")


def test_step_that_is_over_leads_to_where_the_file_stands(client: Client) -> None:
    file_id = imports.brought_in(client, imports.line(1))
    for path in ("columns", "bring-in", "back", "pause"):
        page = client.post(f"/import/{file_id}/{path}", {"do": "check"}, follow=True).content.decode()
        assert "1 row is in" in page and "another step by now" in page


def test_file_is_deleted_on_demand_and_after_a_day(clinic: UUID, client: Client) -> None:
    file_id = imports.checked(client, BAD)
    client.post(f"/import/{file_id}/discard")
    assert client.get(f"/import/{file_id}/").status_code == 404
    other = imports.checked(client, BAD)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.clean(maintenance)
        assert client.get(f"/import/{other}/").status_code == 200
        with patch.object(worker, "real_now", lambda: real_now() + worker.KEPT_FOR * 1.1):
            worker.clean(maintenance)
    with clinic_scope(clinic):
        for model in (ImportFile, FilePart, FileRow):
            assert not model.objects.filter(clinic_id=clinic).exists()  # type: ignore[attr-defined]


def count(client: Client, path: str) -> int:
    return statements(lambda: client.get(path))


def test_pages_ask_as_much_for_few_rows_as_for_many(client: Client) -> None:
    def bad(count: int) -> Any:
        return [imports.line(n, start="31/11/2026 10:30") for n in range(count)]

    few, many = imports.checked(client, *bad(3)), imports.checked(client, *bad(40))
    assert count(client, f"/import/{few}/") == count(client, f"/import/{many}/")
    for file_id in (few, many):
        client.post(f"/import/{file_id}/bring-in")
    imports.work()
    assert count(client, f"/import/{few}/result") == count(client, f"/import/{many}/result")


def test_long_list_comes_in_pages(client: Client) -> None:
    bad = [imports.line(n, start="31/11/2026 10:30") for n in range(60)]
    file_id = imports.checked(client, *bad)
    assert "1 to 50 of 60" in seen(client, f"/import/{file_id}/")
    assert "51 to 60 of 60" in seen(client, f"/import/{file_id}/?page=2")


def test_a_column_named_like_a_formula_is_text_in_the_list_of_rows_left_out() -> None:
    """Column names come from the file: a spreadsheet would work them out."""
    made = "".join(showing.csv_lines(("Row", "Column"), iter([("2", "=HYPERLINK(1)"), ("3", "@x")])))
    assert ",'=HYPERLINK(1)" in made and ",'@x" in made
