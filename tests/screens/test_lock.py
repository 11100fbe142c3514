"""The idle lock: what a session that was left alone may still do, who opens it again, and what is kept meanwhile."""

from time import time
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from recado.clinics.roles import AUDITOR, CLINICIAN
from recado.conversations import drafts, queries
from recado.conversations.types import Folder, ThreadRow
from recado.foundation.tenancy import clinic_scope
from recado.web import live
from recado.web.sign_in import factors, idle
from tests import factories, pages, staff
from tests.factories import hear, sql

pytestmark = pytest.mark.usefixtures("database")

PASSWORD = "four quiet harbour gulls"
PART = {"HX-Request": "true", "X-Live": "true"}


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def marta(clinic: UUID) -> UUID:
    found = staff.hire(clinic)
    user = get_user_model().objects.get(pk=found)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return found


@pytest.fixture
def desk(clinic: UUID, marta: UUID) -> Client:
    client = staff.signed_in(clinic, marta)
    client.get("/inbox/")
    return client


def leave_alone(client: Client, seconds: float = 3600) -> None:
    session = client.session
    session[idle.SEEN] = time() - seconds
    session.save()


def waiting(clinic_id: UUID) -> ThreadRow:
    hear(clinic_id, "Do I need to bring the letter?", 321)
    with clinic_scope(clinic_id):
        return queries.page(clinic_id, Folder.ALL, UUID(int=0))[0]


def audited(clinic_id: UUID) -> list[str]:
    rows = sql(
        "SELECT action FROM foundation_auditevent WHERE clinic_id = %s AND action LIKE 'sign_in.%%' ORDER BY at",
        (clinic_id,),
    )
    return [row[0] for row in rows]


# ------------------------------------------------------------------------------------------------ locking


def test_session_left_alone_is_led_to_the_lock_and_back(clinic: UUID, desk: Client) -> None:
    leave_alone(desk)
    assert desk.get("/inbox/?folder=all")["Location"] == "/locked?next=%2Finbox%2F%3Ffolder%3Dall"
    assert desk.get("/profile")["Location"] == "/locked?next=%2Fprofile"
    page = desk.get("/locked?next=/inbox/").content.decode()
    assert "Marta Kowal" in page and pages.Reading(page).faults == []
    assert audited(clinic).count("sign_in.lock") == 1


def test_parts_and_live_refreshes_get_nothing(desk: Client) -> None:
    leave_alone(desk)
    answer = desk.get("/inbox/", headers=PART)
    assert answer.status_code == 403 and answer["HX-Redirect"] == "/locked?next=%2Finbox%2F"
    part = desk.post(
        "/search", {"q": "x"}, headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/inbox/?a=1"}
    )
    assert part["HX-Redirect"] == "/locked?next=%2Finbox%2F%3Fa%3D1"


def test_nothing_is_sent_while_locked(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    leave_alone(desk)
    answer = desk.post(f"/inbox/{row.id}/reply", {"text": "Yes.", "version": row.version, "ref": str(uuid4())})
    assert answer["Location"].startswith("/locked")
    with clinic_scope(clinic):
        assert queries.last_author(clinic, row.id) is None


def test_only_what_the_person_does_keeps_the_screen_open(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    leave_alone(desk, 300)
    seen = desk.session[idle.SEEN]
    desk.get("/inbox/", headers=PART)
    desk.post(f"/inbox/{row.id}/here", {}, headers={"X-Live": "true"})
    assert desk.session[idle.SEEN] == seen
    desk.post("/still-here")
    assert desk.session[idle.SEEN] > seen


def test_session_is_not_written_at_every_request(desk: Client) -> None:
    leave_alone(desk, 10)
    seen = desk.session[idle.SEEN]
    desk.get("/inbox/")
    assert desk.session[idle.SEEN] == seen


def test_clinics_own_time_counts(clinic: UUID, desk: Client) -> None:
    sql("UPDATE clinics_clinic SET idle_lock = interval '40 minutes' WHERE id = %s", (clinic,))
    with patch("recado.clinics.queries._held", return_value=None):
        leave_alone(desk, 39 * 60)
        assert desk.get("/inbox/").status_code == 200
        leave_alone(desk, 41 * 60)
        assert desk.get("/inbox/").status_code == 303


def test_stream_of_a_locked_session_ends(clinic: UUID, desk: Client) -> None:
    key = desk.session.session_key
    assert live.clinic_behind(key) == clinic
    desk.post("/lock")
    assert live.clinic_behind(key) is None


def test_lock_now_needs_a_form_of_ours(clinic: UUID, marta: UUID) -> None:
    strict = staff.signed_in(clinic, marta, is_strict=True)
    assert strict.post("/lock").status_code == 403
    assert pages.browser().post("/still-here")["Location"].startswith("/sign-in")


# ------------------------------------------------------------------------------------------------ unlocking


def test_password_opens_it_under_a_new_key(clinic: UUID, desk: Client) -> None:
    assert desk.post("/lock", {"next": "/inbox/?folder=all"})["Location"] == "/locked?next=%2Finbox%2F%3Ffolder%3Dall"
    before = desk.session.session_key
    wrong = desk.post("/locked", {"password": "wrong", "next": "/inbox/"})
    assert wrong.status_code == 422 and pages.Reading(wrong.content.decode()).faults == []
    assert desk.get("/inbox/").status_code == 303
    assert desk.post("/locked", {"password": PASSWORD, "next": "/inbox/"})["Location"] == "/inbox/"
    assert desk.get("/inbox/").status_code == 200 and desk.session.session_key != before
    assert [one for one in audited(clinic) if "lock" in one or "fail" in one] == [
        "sign_in.lock",
        "sign_in.fail",
        "sign_in.unlock",
    ]


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(desk: Client, way: str) -> None:
    desk.post("/lock")
    assert desk.post("/locked", {"password": PASSWORD, "next": way})["Location"] == "/"


def test_tries_run_out(desk: Client) -> None:
    desk.post("/lock")
    for _ in range(6):
        desk.post("/locked", {"password": "wrong"})
    assert desk.post("/locked", {"password": PASSWORD}).status_code == 422


def test_code_of_the_own_app_opens_it(marta: UUID, desk: Client) -> None:
    secret = generate_totp_secret()
    factors.turn_app_on(get_user_model().objects.get(pk=marta), secret)
    desk.post("/lock")
    assert desk.post("/locked", {"how": "code", "code": "000000"}).status_code == 422
    code = format_hotp_value(hotp_value(secret, int(time()) // 30))
    assert desk.post("/locked", {"how": "code", "code": code}).status_code == 303
    assert desk.get("/inbox/").status_code == 200


def test_passkey_of_another_does_not_open_it(clinic: UUID, marta: UUID, desk: Client) -> None:
    other = get_user_model().objects.get(pk=staff.hire(clinic, CLINICIAN, "Amara Osei"))
    desk.post("/lock")
    with patch("recado.web.sign_in.views.behind_passkey", return_value=other):
        assert desk.post("/locked/passkey", {"credential": "{}"}).status_code == 422
    assert desk.get("/inbox/").status_code == 303
    with patch("recado.web.sign_in.views.behind_passkey", return_value=get_user_model().objects.get(pk=marta)):
        assert desk.post("/locked/passkey", {"credential": "{}"}).status_code == 303
    assert desk.get("/inbox/").status_code == 200


def test_without_a_demo_there_is_no_button_in(desk: Client) -> None:
    desk.post("/lock")
    assert desk.post("/locked", {"how": "demo"}).status_code == 422


def test_somebody_else_signs_out(desk: Client) -> None:
    desk.post("/lock")
    assert desk.post("/sign-out")["Location"] == "/sign-in"
    assert desk.get("/inbox/")["Location"].startswith("/sign-in")
    assert desk.get("/locked")["Location"].startswith("/sign-in")


def test_signing_in_anew_goes_around_no_lock(desk: Client) -> None:
    desk.post("/lock")
    assert desk.get("/sign-in")["Location"] == "/"
    assert desk.get("/")["Location"].startswith("/locked")
    assert desk.post("/clinic", {"clinic": "x"})["Location"].startswith("/locked")


# ------------------------------------------------------------------------------------------------ drafts


def keep(client: Client, row: ThreadRow, text: str = "Please bring", **more: str) -> int:
    answer = client.post("/inbox/draft", {"name": f"inbox:{row.id}", "text": text} | more)
    return int(answer.status_code)


def shown(client: Client, row: ThreadRow) -> bool:
    return "Please bring" in client.get(f"/inbox/{row.id}").content.decode()


def test_draft_comes_back_to_its_writer_only(clinic: UUID, marta: UUID, desk: Client) -> None:
    row = waiting(clinic)
    assert keep(desk, row) == 204
    assert shown(desk, row) and shown(staff.signed_in(clinic, marta), row)
    assert not shown(staff.desk(clinic, CLINICIAN), row)


def test_draft_is_sealed_and_stays_in_its_clinic(clinic: UUID, marta: UUID, desk: Client) -> None:
    row, other = waiting(clinic), factories.make_clinic("quay-side").id
    keep(desk, row)
    assert b"bring" not in bytes(sql("SELECT body_ct FROM conversations_draft WHERE clinic_id = %s", (clinic,))[0][0])
    with clinic_scope(other):
        assert queries.draft(other, marta, f"inbox:{row.id}") == ""
        assert queries.draft(clinic, marta, f"inbox:{row.id}") == ""


def test_newer_text_takes_the_place_and_an_empty_one_ends_it(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    keep(desk, row, "First")
    keep(desk, row)
    assert shown(desk, row) and "First" not in desk.get(f"/inbox/{row.id}").content.decode()
    keep(desk, row, "  ")
    assert not shown(desk, row)


def test_sent_text_is_no_draft_even_if_a_save_comes_late(clinic: UUID, desk: Client) -> None:
    row, ref = waiting(clinic), str(uuid4())
    keep(desk, row)
    desk.post(f"/inbox/{row.id}/reply", {"text": "Please bring", "version": row.version, "ref": ref})
    keep(desk, row, ref=ref)
    assert sql("SELECT count(*) FROM conversations_draft WHERE clinic_id = %s", (clinic,))[0][0] == 0


def test_text_that_could_not_be_sent_is_kept(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    answer = desk.post(f"/inbox/{row.id}/reply", {"text": "Please bring " * 200, "version": row.version, "ref": "x"})
    assert answer.status_code == 422 and shown(desk, row)


@pytest.mark.parametrize(
    ("name", "text"), [("inbox:x", "a"), ("", "a"), ("inbox:00000000-0000-0000-0000-000000000000", "a" * 10_001)]
)
def test_strange_and_long_drafts_are_refused(desk: Client, name: str, text: str) -> None:
    assert desk.post("/inbox/draft", {"name": name, "text": text}).status_code == 400


def test_who_may_not_write_keeps_nothing(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    assert keep(staff.desk(clinic, AUDITOR), row) == 403
    desk.post("/lock")
    assert keep(desk, row) == 303


def test_first_text_to_a_patient_is_kept_too(clinic: UUID, desk: Client) -> None:
    patient = factories.make_patient(clinic)
    desk.post("/inbox/draft", {"name": f"inbox:new:{patient}", "text": "Please bring"})
    assert "Please bring" in desk.get(f"/inbox/new?patient={patient}").content.decode()
    desk.post("/inbox/new", {"patient": patient, "text": "Please bring", "ref": "a"})
    assert "Please bring" not in desk.get(f"/inbox/new?patient={patient}").content.decode()


def test_week_old_drafts_are_gone(clinic: UUID, desk: Client) -> None:
    row = waiting(clinic)
    keep(desk, row)
    sql("UPDATE conversations_draft SET at = at - interval '8 days' WHERE clinic_id = %s", (clinic,))
    assert not shown(desk, row)
    from recado.foundation.database import Role, connect

    with connect(Role.MAINTENANCE) as maintenance:
        drafts.forget_old(maintenance)
    with clinic_scope(clinic), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conversations_draft")
        assert cursor.fetchone() == (0,)
