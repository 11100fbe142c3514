"""Documents: from the upload to the opened page, and everything that must not open one."""

import secrets
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from recado.clinics.roles import RECEPTION
from recado.documents import actions, content, queries, sealing, worker
from recado.documents.types import (
    CODES_A_DAY,
    TRIES_A_CODE,
    TRIES_IN_ALL,
    Came,
    CannotSend,
    Claim,
    DocumentKind,
    DocumentState,
    NoSuchDocument,
    Shown,
    What,
)
from recado.documents.wordings import VALUES, WORDINGS
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.segments import measure
from recado.messaging.wording import define_all, render
from tests import factories, papers, staff
from tests.factories import DAY, sql, wordings


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


def state(clinic: UUID) -> DocumentState:
    with clinic_scope(clinic):
        (found, *_), _total = queries.documents(clinic, Shown.ALL, limit=5, by=OPERATOR)
    return found.state


def story(clinic: UUID, document: UUID) -> list[What]:
    with clinic_scope(clinic):
        return [line.what for line in queries.document(clinic, document, by=OPERATOR)[1]][::-1]


def opened(clinic: UUID) -> tuple[str, str]:
    """Opens the newest document as the patient does; returns link and pass."""
    token = papers.link(clinic)
    assert actions.ask_code(token)
    came = actions.try_open(token, papers.claim(clinic))
    assert came is not None
    assert came.came is Came.OPEN
    return token, came.token


# ---------------------------------------------------------------- the whole way


def test_document_is_told_opened_and_read_when_code_and_birthday_are_right(clinic: UUID, patient: UUID) -> None:
    document = papers.send(clinic, patient)
    token = papers.link(clinic)
    assert "a document is ready for you" in wordings(clinic)[-1]
    assert "Before" not in wordings(clinic)[-1]
    assert state(clinic) is DocumentState.NOT_OPENED
    assert actions.ask_code(token)
    came = actions.try_open(token, papers.claim(clinic))
    assert came is not None
    page = queries.opened(token, came.token)
    assert page is not None
    assert (page.title, page.file_name, page.media_type) == ("Before your visit", "Before-your-visit.txt", "text/plain")
    blocks = actions.look(token, came.token, What.DOWNLOADED)
    assert blocks is not None
    assert b"".join(blocks) == papers.TEXT
    assert state(clinic) is DocumentState.OPENED
    assert story(clinic, document) == [What.SENT, What.CODE_SENT, What.OPENED, What.DOWNLOADED]


def test_reminder_and_task_come_when_nobody_opens(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    papers.work()
    factories.advance(2 * DAY)
    papers.work()
    assert "still waiting" in wordings(clinic)[-1]
    factories.advance(DAY)
    papers.work()
    assert sql("SELECT kind FROM tasks_task") == [("unopened",)]


def test_nobody_is_reminded_when_it_was_opened(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    opened(clinic)
    said = len(wordings(clinic))
    factories.advance(10 * DAY)
    papers.work()
    assert (len(wordings(clinic)), sql("SELECT count(*) FROM tasks_task")) == (said, [(0,)])


def test_result_to_be_called_about_has_no_link_until_it_is_released(clinic: UUID, patient: UUID) -> None:
    document = papers.send(clinic, patient, kind=DocumentKind.RESULT, asks_call=True)
    papers.work()
    assert ["Reply 1 and we call you" in text for text in wordings(clinic)] == [True]
    assert "/r/" not in wordings(clinic)[-1]
    assert state(clinic) is DocumentState.HELD
    actions.release(clinic_id=clinic, document_id=document, by=OPERATOR)
    opened(clinic)
    assert state(clinic) is DocumentState.OPENED
    factories.advance(10 * DAY)
    papers.work()
    assert sql("SELECT count(*) FROM tasks_task") == [(0,)]


# ---------------------------------------------------------------- what must not open


def test_codes_are_no_use_when_used_or_old_or_replaced(
    clinic: UUID, patient: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers.send(clinic, patient)
    token, _ = opened(clinic)
    used = papers.claim(clinic)
    assert tries(token, used) is Came.NO_CODE
    actions.ask_code(token)
    first = papers.claim(clinic)
    actions.ask_code(token)
    assert first == papers.claim(clinic) or tries(token, first) is Came.WRONG
    sql("UPDATE documents_check SET made_at = made_at - interval '11 minutes'")
    assert tries(token, papers.claim(clinic)) is Came.NO_CODE


def tries(token: str, claim: Claim) -> Came | None:
    came = actions.try_open(token, claim)
    return came.came if came else None


def test_birthday_alone_and_code_alone_open_nothing(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    token = papers.link(clinic)
    actions.ask_code(token)
    right = papers.claim(clinic)
    wrong_code = "000000" if right.code != "000000" else "000001"
    assert tries(token, Claim(right.code, date(1948, 3, 15))) is Came.WRONG
    assert tries(token, Claim(right.code, None)) is Came.WRONG
    assert tries(token, Claim(wrong_code, papers.BORN)) is Came.WRONG
    assert tries(token, right) is Came.OPEN


def test_code_dies_and_document_locks_when_tries_are_wrong_too_often(clinic: UUID, patient: UUID) -> None:
    document = papers.send(clinic, patient)
    token = papers.link(clinic)
    for _ in range(TRIES_IN_ALL // TRIES_A_CODE):
        actions.ask_code(token)
        right = papers.claim(clinic)
        came = [tries(token, Claim(right.code, date(1900, 1, 1))) for _ in range(TRIES_A_CODE)]
    assert came[-1] is Came.LOCKED
    assert tries(token, right) is Came.LOCKED
    assert sql("SELECT kind, detail->>'about' FROM tasks_task") == [("call", "document_locked")]
    before = len(wordings(clinic))
    actions.ask_code(token)
    assert len(wordings(clinic)) == before, "no code while it is locked"
    actions.unlock(clinic_id=clinic, document_id=document, by=OPERATOR)
    actions.ask_code(token)
    assert tries(token, papers.claim(clinic)) is Came.OPEN


def test_fifth_wrong_try_ends_the_code(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    token = papers.link(clinic)
    actions.ask_code(token)
    right = papers.claim(clinic)
    for _ in range(TRIES_A_CODE):
        tries(token, Claim(right.code, None))
    assert tries(token, right) is Came.NO_CODE


def test_codes_are_limited_when_somebody_asks_all_day(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    token = papers.link(clinic)
    before = len(wordings(clinic))
    for _ in range(CODES_A_DAY + 3):
        assert actions.ask_code(token)
    assert len(wordings(clinic)) - before == CODES_A_DAY


def test_looking_sends_and_changes_nothing(clinic: UUID, patient: UUID) -> None:
    document = papers.send(clinic, patient)
    token = papers.link(clinic)
    before = wordings(clinic)
    for _ in range(3):
        gate = queries.gate(token)
        assert gate is not None
        assert (gate.has_code, gate.phone_ends) == (False, "321")
        assert queries.opened(token, "guessed") is None
        assert actions.look(token, "guessed", What.LOOKED) is None
    assert wordings(clinic) == before
    assert story(clinic, document) == [What.SENT]


@pytest.mark.parametrize("end", ["revoke", "expire"])
def test_nothing_opens_and_nothing_is_left_when_it_has_ended(clinic: UUID, patient: UUID, end: str) -> None:
    document = papers.send(clinic, patient)
    token, shown = opened(clinic)
    if end == "revoke":
        actions.revoke(clinic_id=clinic, document_id=document, by=OPERATOR)
    else:
        factories.advance(31 * DAY)
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            assert worker.forget_ended(maintenance) == 1
            assert worker.forget_ended(maintenance) == 0
    assert queries.gate(token) is None
    assert queries.opened(token, shown) is None
    assert actions.look(token, shown, What.LOOKED) is None
    assert actions.ask_code(token) is False
    assert sql("SELECT count(*) FROM documents_piece") == [(0,)]
    assert [bytes(key) for (key,) in sql("SELECT key_ct FROM documents_document")] == [b""]
    with pytest.raises(NoSuchDocument):
        actions.revoke(clinic_id=clinic, document_id=document, by=OPERATOR)


def test_pass_ends_after_half_an_hour(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    token, shown = opened(clinic)
    sql("UPDATE documents_check SET used_at = used_at - interval '31 minutes'")
    assert queries.opened(token, shown) is None


def test_link_of_one_document_opens_no_other(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    _, shown = opened(clinic)
    papers.send(clinic, patient, title="Another")
    other = papers.link(clinic)
    assert queries.opened(other, shown) is None


# ---------------------------------------------------------------- what is taken


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\x03", "wrong_type"),
        (b"<html><script>alert(1)</script>", "wrong_type"),
        (b"  <!DOCTYPE html><p>", "wrong_type"),
        (b"PK\x03\x04 a docx", "wrong_type"),
        (b"caf\xe9", "wrong_type"),
        (b"<svg onload=x>%PDF-1.4", "wrong_type"),
        (b"plain " * 200_000 + b"\x00", "wrong_type"),
    ],
)
def test_file_is_refused_by_what_is_in_it(clinic: UUID, patient: UUID, what: bytes, reason: str) -> None:
    with pytest.raises(CannotSend, match=reason):
        papers.send(clinic, patient, what)
    assert sql("SELECT count(*) FROM documents_document") == [(0,)]


def test_file_is_refused_when_it_is_too_large(clinic: UUID, patient: UUID) -> None:
    with override_settings(RECADO_DOCUMENT_BYTES=1000):
        with pytest.raises(CannotSend, match="too_large"):
            papers.send(clinic, patient, b"x" * 1001)
        papers.send(clinic, patient, b"x" * 1000)


def test_nothing_is_kept_when_the_disk_is_full(clinic: UUID, patient: UUID, superuser_url: str) -> None:
    with papers.full_disk(superuser_url), pytest.raises(CannotSend, match="no_room"):
        papers.send(clinic, patient)
    papers.work()
    assert wordings(clinic) == []
    assert sql("SELECT count(*) FROM documents_document") == [(0,)]


@pytest.mark.parametrize(
    ("missing", "reason"), [({"birth_date": None}, "no_birth_date"), ({"phone": None}, "no_phone")]
)
def test_document_is_refused_when_the_patient_could_never_open_it(
    clinic: UUID, missing: dict[str, None], reason: str
) -> None:
    patient = factories.make_patient(clinic, 322, **missing)
    with pytest.raises(CannotSend, match=reason):
        papers.send(clinic, patient)
    with pytest.raises(CannotSend, match="no_patient"):
        papers.send(clinic, new_id())


@pytest.mark.parametrize(
    "wish", [{"title": " "}, {"title": "a\nb"}, {"title": "x" * 81}, {"words": "x" * 601}, {"lives": timedelta(days=8)}]
)
def test_wish_is_refused_when_a_field_is_wrong(clinic: UUID, patient: UUID, wish: dict[str, str]) -> None:
    with pytest.raises(CannotSend):
        papers.send(clinic, patient, **wish)  # type: ignore[arg-type]


def test_same_name_of_a_source_twice_sends_once(clinic: UUID, patient: UUID) -> None:
    first = papers.send(clinic, patient, source="api:lab", external_id="L-1")
    assert papers.send(clinic, patient, source="api:lab", external_id="L-1") == first
    papers.work()
    assert len(wordings(clinic)) == 1


def test_large_document_comes_back_as_it_was(clinic: UUID, patient: UUID) -> None:
    sent = papers.HEAD_OF_PDF + secrets.token_bytes(3 * sealing.PIECE)
    papers.send(clinic, patient, sent)
    token, shown = opened(clinic)
    blocks = actions.look(token, shown, What.DOWNLOADED)
    assert blocks is not None
    assert b"".join(blocks) == sent


def test_nothing_of_a_document_is_plain_in_the_database(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient, title="Blood test", words="All is well")
    rows = sql("SELECT about_ct, key_ct FROM documents_document") + sql("SELECT sealed FROM documents_piece")
    kept = b"".join(bytes(value) for row in rows for value in row)
    assert not any(word in kept for word in (b"Blood", b"well", b"midnight"))


def test_another_clinic_sees_nothing(clinic: UUID, patient: UUID) -> None:
    document = papers.send(clinic, patient)
    other = factories.make_clinic("other-clinic").id
    with clinic_scope(other):
        assert queries.documents(other, Shown.ALL, limit=5, by=OPERATOR) == ([], 0)
        with pytest.raises(NoSuchDocument):
            queries.document(other, document, by=OPERATOR)
    with pytest.raises(NoSuchDocument):
        actions.revoke(clinic_id=other, document_id=document, by=OPERATOR)


def test_list_is_cut_down_by_state(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient, title="Opened")
    opened(clinic)
    papers.send(clinic, patient, title="Waits")
    actions.revoke(clinic_id=clinic, document_id=papers.send(clinic, patient, title="Back"), by=OPERATOR)
    papers.send(clinic, patient, title="Soon", lives=timedelta(days=7))
    factories.advance(5 * DAY)

    def titles(shown: Shown) -> set[str]:
        with clinic_scope(clinic):
            return {one.title for one in queries.documents(clinic, shown, limit=50, by=OPERATOR)[0]}

    assert titles(Shown.OPENED) == {"Opened"}
    assert titles(Shown.NOT_OPENED) == {"Waits", "Soon"}
    assert titles(Shown.ENDS_SOON) == {"Soon"}
    assert titles(Shown.REVOKED) == {"Back"}
    assert titles(Shown.ENDED) == set()
    factories.advance(3 * DAY)
    assert titles(Shown.ENDED) == {"Soon"}
    with clinic_scope(clinic):
        figures = queries.figures(clinic)
    assert (figures.sent, figures.opened, figures.not_opened, figures.revoked, figures.ended) == (4, 1, 1, 1, 1)


# ---------------------------------------------------------------- pure


@given(st.binary(max_size=600), st.sampled_from([1, 7, 100, 256]))
def test_pieces_open_only_whole_and_in_order(plain: bytes, size: int) -> None:
    seal = sealing.Seal.new(new_id())
    parts = [plain[at : at + size] for at in range(0, len(plain), size)] or [b""]
    sealed = [seal.close(at, part, is_last=at == len(parts) - 1) for at, part in enumerate(parts)]
    assert b"".join(seal.open(at, one, is_last=at == len(parts) - 1) for at, one in enumerate(sealed)) == plain
    with pytest.raises(sealing.Damaged):
        seal.open(0, sealed[-1], is_last=len(sealed) != 1)
    with pytest.raises(sealing.Damaged):
        sealing.Seal(new_id(), seal.key).open(0, sealed[0], is_last=len(sealed) == 1)


def test_document_does_not_open_when_its_end_is_cut_off() -> None:
    seal = sealing.Seal.new(new_id())
    first = seal.close(0, b"a" * sealing.PIECE, is_last=False)
    with pytest.raises(sealing.Damaged):
        list(seal.open_all([first], sealing.PIECE + 1))
    with pytest.raises(sealing.Damaged):
        list(seal.open_all([first], sealing.PIECE))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=1), st.integers(1, 50))
def test_text_is_text_however_it_is_cut(words: str, size: int) -> None:
    plain = ("a " + words).encode()
    reader = content.Reader()
    for at in range(0, len(plain), size):
        reader.read(plain[at : at + size])
    assert reader.media_type == content.TEXT


@given(st.text(max_size=80))
def test_file_name_is_safe_whatever_the_title(title: str) -> None:
    name = content.safe_name(title, content.PDF)
    assert name.endswith(".pdf")
    assert all(letter.isalnum() or letter in "-." for letter in name)
    assert len(name) <= 64


def test_code_fits_in_one_part_when_it_can() -> None:
    texts = define_all(WORDINGS, VALUES)["document_code"]
    for language in WORDINGS["document_code"]:
        text = render(texts, language, {"clinic": "Harbour Street Clinic", "code": "123456"}).text
        assert measure(text).segments == 1, (language, text)


def test_code_is_shown_to_the_phone_alone(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    actions.ask_code(papers.link(clinic))
    code = papers.code(clinic)
    desk = staff.desk(clinic, RECEPTION)
    names = [row[0] for row in factories.sql("SELECT id FROM messaging_message ORDER BY id")]
    pages_of_staff = [desk.get(f"/patients/{patient}/"), *(desk.get(f"/messages/{name}") for name in names)]
    shown = "".join(page.content.decode() for page in pages_of_staff)
    assert [page.status_code for page in pages_of_staff] == [200] * len(pages_of_staff)
    assert code not in shown and "A code was sent. Only the phone shows it." in shown


def test_opening_finishes_the_task_to_follow_it_up(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    token = papers.link(clinic)
    for _ in range(3):
        factories.advance(factories.DAY)
        papers.work()
    assert factories.sql("SELECT kind, done_at FROM tasks_task") == [("unopened", None)]
    actions.ask_code(token)
    assert actions.try_open(token, papers.claim(clinic)) is not None
    ((done_at,),) = factories.sql("SELECT done_at FROM tasks_task")
    assert done_at is not None
