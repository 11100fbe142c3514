"""Importing in a real browser, with and without scripts: a file with bad rows, one put right, one left out, the result, undo."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

# Signs the demo's administrator in, in a process of its own, as the product's files are read with other settings there.
SIGN_IN = """
import time, json, django
django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from recado.clinics import queries
clinic = queries.all_clinics()[0]
person = next(p for p in queries.staff(clinic.id) if p.role.code == "administrator")
user = get_user_model().objects.get(pk=person.user_id)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
    HASH_SESSION_KEY: user.get_session_auth_hash(), "clinic": str(clinic.id),
    "account_authentication_methods": [{"method": "mfa", "type": "totp", "at": time.time()}]})
session.save()
print(json.dumps([settings.SESSION_COOKIE_NAME, session.session_key]))
"""


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with Product() as running:
        running.start()
        yield running


def signed_in(product: Product, browser: Browser, *, scripts: bool) -> Page:
    environment = {**product.environment, "DJANGO_SETTINGS_MODULE": "recado.launch.settings"}
    said = subprocess.run([sys.executable, "-c", SIGN_IN], env=environment, capture_output=True, text=True, check=True)
    name, value = json.loads(said.stdout.strip().splitlines()[-1])
    context = browser.new_context(java_script_enabled=scripts, locale="en-GB", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": product.url}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def file_of(path: Path, mark: str) -> Path:
    day = f"{datetime.now() + timedelta(days=9):%d/%m/%Y}"
    rows = [f"{mark}-{n};Żak Łucja {n};0770090{n:04};{day} 10:30" for n in range(5)]
    rows[1] = rows[1].replace(day, "31/11/2026")
    rows[2] = rows[2].replace("10:30", "25:15")
    path.write_text("\n".join(("nr wizyty;pacjent;telefon;termin", *rows)), "cp1250")
    return path


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_file_with_bad_rows_comes_in_and_is_taken_back(
    product: Product, browser: Browser, tmp_path: Path, scripts: bool
) -> None:
    page = signed_in(product, browser, scripts=scripts)
    page.goto(f"{product.url}/import/")
    page.set_input_files("#file", file_of(tmp_path / "agenda.csv", "S" if scripts else "P"))
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_text("Letters: Windows-1250")).to_be_visible()
    page.get_by_role("button", name="Check 5 rows").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("3 rows are ready, 2 need a look")
    page.get_by_label("termin").first.fill(f"{datetime.now() + timedelta(days=8):%d/%m/%Y} 09:00")
    page.get_by_role("button", name="Put right").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 rows are ready, 1 needs a look")
    page.get_by_role("button", name=re.compile("Leave out.*row 4")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 rows are ready")
    page.get_by_label("Tell nobody").check()
    page.get_by_role("button", name="Bring in 4 rows").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("4 rows are in, 1 was left out")
    page.locator("summary", has_text="Take it back").click()
    page.get_by_role("button", name="Take this import back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This import was taken back")
    page.context.close()
