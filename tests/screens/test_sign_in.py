"""The way in: password, second step, links, the demo's buttons; and what a role without a second step sees."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from time import time
from unittest.mock import patch
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recado.clinics import actions as clinics
from recado.clinics.roles import ADMINISTRATOR, MANAGER, RECEPTION, ROLES, Role
from recado.clinics.types import LinkKind, Refused
from recado.foundation.actors import OPERATOR
from recado.foundation.crypto import CannotOpen
from recado.web.sign_in import factors
from recado.web.sign_in.views import Afterwards
from tests import factories, pages, staff

pytestmark = pytest.mark.usefixtures("database")

PASSWORD = "four quiet harbour gulls"
EMAIL = "marta@clinic.example"


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


def hire(clinic: UUID, role: Role = RECEPTION, email: str = EMAIL) -> UUID:
    made = clinics.add_staff(
        clinic_id=clinic, email=email, name="Marta Kowal", role=role, by=OPERATOR, password=PASSWORD
    )
    return made.user_id


def sign_in(client: Client, password: str = PASSWORD, email: str = EMAIL, way: str = "") -> object:
    return client.post("/sign-in", {"email": email, "password": password, "next": way})


def with_app(user_id: UUID) -> str:
    secret = generate_totp_secret()
    factors.turn_app_on(get_user_model().objects.get(pk=user_id), secret)
    return secret


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time()) // 30)))


def test_password_alone_lets_reception_in_and_back_to_an_own_path(clinic: UUID) -> None:
    hire(clinic)
    client = pages.browser()
    assert sign_in(client, way="/inbox/")["Location"] == "/inbox/"  # type: ignore[index]
    assert client.get("/inbox/").status_code == 200


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_nobody_is_sent_elsewhere(clinic: UUID, way: str) -> None:
    hire(clinic)
    assert sign_in(pages.browser(), way=way)["Location"] == "/"  # type: ignore[index]


def test_answer_is_the_same_whether_an_account_exists(clinic: UUID) -> None:
    hire(clinic)
    known, unknown = (sign_in(pages.browser(), "wrong", email) for email in (EMAIL, "nobody@clinic.example"))
    bare = [
        re.sub(r'csrfmiddlewaretoken" value="[^"]+"|value="[^"@]+@clinic.example"', "", one.content.decode())  # type: ignore[attr-defined]
        for one in (known, unknown)
    ]
    assert bare[0] == bare[1]
    assert pages.Reading(bare[0]).faults == []


def test_tries_run_out_even_for_the_right_password(clinic: UUID) -> None:
    hire(clinic)
    for _ in range(6):
        sign_in(pages.browser(), "wrong")
    assert sign_in(pages.browser()).status_code == 422  # type: ignore[attr-defined]


def test_session_key_changes_at_sign_in(clinic: UUID) -> None:
    hire(clinic)
    client = pages.browser()
    client.get("/sign-in")
    sign_in(client)
    first = client.session.session_key
    client.post("/sign-out")
    assert client.get("/inbox/").status_code == 302
    sign_in(client)
    assert client.session.session_key != first


def test_app_code_is_asked_for_and_works_once(clinic: UUID) -> None:
    secret = with_app(hire(clinic, ADMINISTRATOR))
    client, other = pages.browser(), pages.browser()
    assert sign_in(client)["Location"] == "/sign-in/code"  # type: ignore[index]
    assert client.get("/").status_code == 302, "not in yet"
    wrong = client.post("/sign-in/code", {"code": "000000"})
    assert wrong.status_code == 422 and "4 tries left" in wrong.content.decode()
    code = code_now(secret)
    assert client.post("/sign-in/code", {"code": code}).status_code == 302
    assert client.get("/").status_code == 200
    sign_in(other)
    assert other.post("/sign-in/code", {"code": code}).status_code == 422, "a code seen over a shoulder is over"


def test_secret_of_one_account_does_not_open_in_the_row_of_another(clinic: UUID) -> None:
    ann, ben = hire(clinic, ADMINISTRATOR), hire(clinic, ADMINISTRATOR, email="ben@example.org")
    code = code_now(with_app(ann))
    with_app(ben)
    sealed = factors.of_kind(ann, "totp").data
    Authenticator.objects.filter(user_id=ben, type="totp").update(data=sealed)
    with pytest.raises(CannotOpen):
        factors.is_right_code(ben, code)
    assert factors.is_right_code(ann, code)


def test_table_of_tries_names_no_account_and_no_code(clinic: UUID) -> None:
    user_id = hire(clinic, ADMINISTRATOR)
    code = code_now(with_app(user_id))
    assert factors.is_right_code(user_id, code)
    [*names] = [row[0] for row in factories.sql("SELECT cache_key FROM recado_throttle")]
    assert names and all(len(name) == 64 and name.isalnum() for name in names)


def test_recovery_code_works_once(clinic: UUID) -> None:
    user_id = hire(clinic, ADMINISTRATOR)
    with_app(user_id)
    code = factors.new_recovery_codes(get_user_model().objects.get(pk=user_id))[3]
    for expected in (302, 422):
        client = pages.browser()
        sign_in(client)
        assert client.post("/sign-in/recovery", {"code": code}).status_code == expected


def test_recovery_codes_are_kept_as_digests_and_typed_as_people_type(clinic: UUID) -> None:
    user_id = hire(clinic, ADMINISTRATOR)
    codes = factors.new_recovery_codes(get_user_model().objects.get(pk=user_id))
    assert len(set(codes)) == 10 and factors.recovery_codes_left(user_id) == 10
    with connections["accounts"].cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE type = 'recovery_codes'")
        kept = cursor.fetchone()[0]
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert factors.use_recovery_code(user_id, f" {codes[0].upper().replace('-', ' ')} ")
    assert not factors.use_recovery_code(user_id, codes[0])
    assert not factors.use_recovery_code(hire(clinic, MANAGER, email="other@example.org"), codes[1])
    assert factors.recovery_codes_left(user_id) == 9


def test_form_with_a_nul_is_refused_and_is_no_fault(clinic: UUID) -> None:
    assert pages.browser().post("/sign-in", {"email": "a\0b@example.org", "password": PASSWORD}).status_code == 400


def test_code_page_without_password_leads_back() -> None:
    assert pages.browser().get("/sign-in/code")["Location"] == "/sign-in"


def test_secrets_are_sealed(clinic: UUID) -> None:
    secret = with_app(hire(clinic))
    with connections["accounts"].cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        assert secret not in cursor.fetchone()[0]


# ------------------------------------------------------------------------------------------------ who needs it


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.code)
def test_role_that_needs_a_second_step_is_led_to_it(clinic: UUID, role: Role) -> None:
    hire(clinic, role)
    client = pages.browser()
    sign_in(client)
    led = client.get("/inbox/")
    if role.code in ("reception", "reception_lead", "clinician"):
        assert led.status_code == 200
    else:
        assert led["Location"] == "/second-step"
        assert client.get("/inbox/", headers={"HX-Request": "true"})["HX-Redirect"] == "/second-step"
        assert client.get("/profile")["Location"] == "/second-step"


def test_setting_up_the_app_opens_the_door(clinic: UUID) -> None:
    hire(clinic, MANAGER)
    client = pages.browser()
    sign_in(client)
    page = client.get("/second-step").content.decode()
    assert pages.Reading(page).faults == []
    found = re.search(r'<code class="mono wrap">([A-Z2-7 ]+)</code>', page)
    assert found
    shown = client.post("/second-step", {"code": code_now(found[1].replace(" ", ""))})
    assert (
        shown.status_code == 200
        and len(re.findall(r'<li translate="no">[2-9a-z-]{19}</li>', shown.content.decode())) == 10
    )
    assert client.get("/inbox/").status_code == 200
    assert pages.Reading(client.get("/profile").content.decode()).faults == []


def test_session_of_before_cannot_go_around_a_second_step(clinic: UUID) -> None:
    user_id = hire(clinic)
    client = pages.browser()
    sign_in(client)
    with_app(user_id)
    assert client.get("/second-step")["Location"] == "/sign-in"


def test_changing_ways_in_asks_for_a_fresh_proof(clinic: UUID) -> None:
    hire(clinic)
    client = pages.browser()
    sign_in(client)
    with patch("recado.web.sign_in.second_step.time", return_value=time() + 3600):
        assert client.get("/second-step")["Location"] == "/second-step/again"
    assert client.post("/second-step/again", {"proof": "wrong"}).status_code == 422
    assert client.post("/second-step/again", {"proof": PASSWORD})["Location"] == "/profile"


def test_code_that_comes_after_the_last_try_is_not_used_up(clinic: UUID) -> None:
    user_id = hire(clinic)
    client = pages.browser()
    sign_in(client)
    code = code_now(with_app(user_id))
    with patch("recado.web.sign_in.second_step.tries_left", return_value=-1):
        page = client.post("/second-step/again", {"proof": code})
    assert page.status_code == 422 and "Too many tries" in page.content.decode()
    assert client.post("/second-step/again", {"proof": code})["Location"] == "/profile"


def test_last_step_of_an_administrator_stays(clinic: UUID) -> None:
    user_id = hire(clinic, ADMINISTRATOR)
    secret = with_app(user_id)
    client = pages.browser()
    sign_in(client)
    client.post("/sign-in/code", {"code": code_now(secret)})
    client.post("/second-step/remove", {"step": factors.of_kind(user_id, "totp").pk})
    assert factors.has_second_step(user_id)


# ------------------------------------------------------------------------------------------------ links, demo, sessions


def test_new_beginning_ends_what_was_before(clinic: UUID) -> None:
    user_id = hire(clinic)
    old = pages.browser()
    sign_in(old)
    with_app(user_id)
    token = clinics.reset_sign_in(clinic_id=clinic, user_id=user_id, by=OPERATOR)
    client = pages.browser()
    assert client.get(f"/enter/{token}").status_code == 200
    assert client.post(f"/enter/{token}", {"password": "short"}).status_code == 422
    assert client.post(f"/enter/{token}", {"password": "a brand new set of words"})["Location"] == "/second-step"
    assert client.get("/inbox/").status_code == 200
    assert old.get("/inbox/").status_code == 302
    assert not factors.has_second_step(user_id)
    assert pages.browser().post(f"/enter/{token}", {"password": "a brand new set of words"}).status_code == 404


def test_clinic_cannot_take_over_an_account_that_works_elsewhere_too(clinic: UUID) -> None:
    user_id = hire(clinic)
    other = factories.make_furnished("mill-lane", number="+447700900101")
    clinics.add_staff(clinic_id=other.id, email=EMAIL, name="Marta Kowal", role=RECEPTION, by=OPERATOR)
    with pytest.raises(Refused):
        clinics.reset_sign_in(clinic_id=clinic, user_id=user_id, by=OPERATOR)


def test_link_of_a_clinic_ends_where_its_person_begins_elsewhere_or_leaves(clinic: UUID) -> None:
    user_id = hire(clinic)
    made = [clinics.reset_sign_in(clinic_id=clinic, user_id=user_id, by=OPERATOR)]
    other = factories.make_furnished("mill-lane", number="+447700900101")
    clinics.add_staff(clinic_id=other.id, email=EMAIL, name="Marta Kowal", role=RECEPTION, by=OPERATOR)
    assert clinics.look_at_sign_in_link(made[0]) is None
    by_console = {"user_id": user_id, "kind": LinkKind.SET_UP, "lasts": timedelta(days=1), "by": OPERATOR}
    made = [clinics.make_sign_in_link(clinic_id=place, **by_console) for place in (clinic, other.id)]  # type: ignore[arg-type]
    assert all(map(clinics.look_at_sign_in_link, made))
    clinics.end_staff(clinic_id=clinic, user_id=user_id, by=OPERATOR)
    assert clinics.use_sign_in_link(made[0]) is None
    assert clinics.look_at_sign_in_link(made[1])


def test_link_lets_one_of_two_requests_in(clinic: UUID) -> None:
    """The first holds the row until the second waits for it: only then it shows which `used_at` the second goes by."""
    token = clinics.reset_sign_in(clinic_id=clinic, user_id=hire(clinic), by=OPERATOR)

    def second() -> bool:
        try:
            return clinics.use_sign_in_link(token) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, transaction.atomic(using="accounts"):
        assert clinics.use_sign_in_link(token)
        other = pool.submit(second)
        assert not wait([other], timeout=0.3).done
    assert not other.result()


def test_code_of_an_app_works_once_for_as_long_as_it_is_right(clinic: UUID) -> None:
    user_id = hire(clinic)
    secret = with_app(user_id)
    code = str(format_hotp_value(hotp_value(secret, int(time()) // 30 + 1)))  # of an app whose clock is ahead
    assert factors.is_right_code(user_id, code)
    cache.delete(TOTP(factors.of_kind(user_id, "totp"))._get_used_cache_key(code))  # allauth remembers it for 30 s
    assert not factors.is_right_code(user_id, code)


def test_link_ends_by_itself(clinic: UUID) -> None:
    token = clinics.make_sign_in_link(
        clinic_id=clinic, user_id=hire(clinic), kind=LinkKind.SET_UP, lasts=timedelta(0), by=OPERATOR
    )
    assert pages.browser().get(f"/enter/{token}").status_code == 404


@pytest.fixture
def demo(clinic: UUID) -> Iterator[UUID]:
    answers = {"is_demo": lambda: True, "demo_clinic": lambda: clinic}
    with patch("recado.web.sign_in.links.wired", lambda table, key: answers[key]):
        yield clinic


def test_demo_link_stands_for_both_steps_once(demo: UUID) -> None:
    user_id = hire(demo, ADMINISTRATOR)
    token = clinics.make_sign_in_link(
        clinic_id=demo, user_id=user_id, kind=LinkKind.DEMO, lasts=timedelta(days=1), by=OPERATOR
    )
    client = pages.browser()
    assert client.get(f"/enter/{token}").status_code == 200
    assert client.post(f"/enter/{token}")["Location"] == "/"
    assert client.get("/").status_code == 200
    assert pages.browser().post(f"/enter/{token}").status_code == 404


def test_demo_buttons_are_for_this_computer_only(demo: UUID) -> None:
    user_id = hire(demo)
    client = pages.browser()
    assert "Enter as Marta Kowal" in client.get("/sign-in").content.decode()
    for strange in ({"X-Forwarded-For": "1.2.3.4"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/sign-in/demo", {"person": user_id}, headers=strange).status_code == 404
    assert client.post("/sign-in/demo", {"person": user_id}).status_code == 302
    assert client.get("/inbox/").status_code == 200


def test_no_buttons_outside_the_demo(clinic: UUID) -> None:
    user_id = hire(clinic)
    assert "Enter as" not in pages.browser().get("/sign-in").content.decode()
    assert pages.browser().post("/sign-in/demo", {"person": user_id}).status_code == 404


def test_sessions_elsewhere_are_ended(clinic: UUID) -> None:
    hire(clinic)
    here, there = pages.browser(), pages.browser()
    sign_in(here)
    sign_in(there)
    here.post("/profile/sessions", {"session": "others"})
    assert there.get("/inbox/").status_code == 302
    assert here.get("/inbox/").status_code == 200


def test_profile_is_saved(clinic: UUID) -> None:
    client = staff.desk(clinic)
    assert client.post("/profile", {"name": " ", "language": "fr"}).status_code == 422
    client.post("/profile", {"name": "Marta K", "language": "fr", "theme": "dark"})
    page = client.get("/profile").content.decode()
    assert 'data-theme="dark"' in page and 'lang="fr"' in page and "Marta K" in page


# ------------------------------------------------------------------------------------------------ single keys


def test_keys_are_changed_switched_off_and_put_back(clinic: UUID) -> None:
    client = staff.desk(clinic)
    assert client.post("/profile/keys", {"key-r": "Q", "key-s": ""}).status_code == 303
    page = client.get("/inbox/").content.decode()
    assert '{"changed": {"r": "q", "s": ""}}' in page
    client.post("/profile", {"name": "Marta", "language": "en", "theme": "system"})
    page = client.get("/profile").content.decode()
    assert pages.Reading(page).faults == [] and '"off": true' in page and '"r": "q"' in page
    client.post("/profile/keys", {"usual": "1", "key-r": "q"})
    assert '{"off": true}' in client.get("/profile").content.decode()


@pytest.mark.parametrize(
    ("typed", "said"), [("e", "E is used for Done, or change."), ("j", "J is used for Next row."), ("xy", "One letter")]
)
def test_key_that_is_taken_is_said_so(clinic: UUID, typed: str, said: str) -> None:
    answer = staff.desk(clinic).post("/profile/keys", {"key-r": typed})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and pages.Reading(page).faults == []
    assert "<script" in page and '"changed"' not in page


# ------------------------------------------------------------------------------------------------ what time tells


def test_until_the_answer_leaves_a_known_account_costs_what_an_unknown_one_does(clinic: UUID) -> None:
    hire(clinic)
    pages.browser().get("/sign-in")
    asked, after = [], []
    for email in (EMAIL, "nobody@clinic.example"):
        client = pages.browser()
        with (
            patch.object(Afterwards, "close", lambda self: after.append(self)),
            CaptureQueriesContext(connections["accounts"]) as accounts,
            CaptureQueriesContext(connections["default"]) as clinics_own,
        ):
            sign_in(client, "wrong", email)
        asked.append([[re.sub(r"'[^']*'|\d+", "", one["sql"]) for one in kind] for kind in (accounts, clinics_own)])
    assert asked[0] == asked[1]
    count = (
        "SELECT count(*), count(*) FILTER (WHERE origin <> '') FROM foundation_auditevent WHERE action = 'sign_in.fail'"
    )
    assert factories.sql(count) == [(0, 0)]
    for answer in after:
        answer._context.run(answer._then)
    assert factories.sql(count) == [(1, 1)], "written once the answer has left"


def test_account_with_a_passkey_alone_is_asked_for_it(clinic: UUID) -> None:
    user_id = hire(clinic)
    data = {"name": "My desk", "credential": {}}
    Authenticator.objects.create(user_id=user_id, type=Authenticator.Type.WEBAUTHN, data=data)
    client = pages.browser()
    assert sign_in(client, way="/inbox/")["Location"] == "/sign-in/code"  # type: ignore[index]
    page = client.get("/sign-in/code").content.decode()
    assert "Now your passkey" in page and 'name="next" value="/inbox/"' in page and "6-digit" not in page
    assert pages.Reading(page).faults == []
