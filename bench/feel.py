"""How the screens of a big clinic feel in a real browser: first content, and the time from a key or click to the next paint.

    python -m bench.feel [--patients 20000] [--texts 100000]

Prints one JSON object, in milliseconds. First content is Chromium's own first-contentful-paint; an interaction is its Event
Timing entry (input until the next frame), which it rounds to 8 ms and keeps from 16 ms on.
"""

import argparse
import json
import shutil
import statistics
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench import screens
from bench.live import prepare
from bench.product import for_a_bench

PATHS = ("/", "/?show=tomorrow", "/inbox/", "/appointments/", "/appointments/calls", "/patients/")
TIMES = 5
WATCH = """
window.slowest = 0;
new PerformanceObserver(list => { for (const one of list.getEntries()) window.slowest = Math.max(window.slowest, one.duration) })
  .observe({ type: 'event', durationThreshold: 16, buffered: true });
"""
FIRST_CONTENT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--port", type=int, default=8396)
    args = parser.parse_args()
    with for_a_bench(args.port) as product:
        clinic_id, cookie = prepare()
        screens.fill(clinic_id, args.patients, args.texts)
        name, _, value = cookie.partition("=")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=["--no-sandbox"]
            )
            context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
            context.add_cookies([{"name": name, "value": value, "url": product.url}])
            page = context.new_page()
            print(json.dumps({path: measure(page, product.url + path) for path in PATHS}, indent=1))
            browser.close()


def measure(page: Page, url: str) -> dict[str, Any]:
    """First content of several loads; the slowest of the keys and clicks that a person uses all day."""
    contents = []
    for _ in range(TIMES):
        page.goto(url, wait_until="load")
        page.wait_for_timeout(150)
        contents.append(page.evaluate(FIRST_CONTENT))
    page.evaluate(WATCH)
    for key in ("j", "j", "k", "?", "Escape", "Control+k", "Escape"):
        page.keyboard.press(key)
        page.wait_for_timeout(120)
    menu = page.locator("details.pop > summary").first
    if menu.count():
        menu.click()
        page.wait_for_timeout(120)
    return {
        "first_content_ms": round(statistics.median(contents)),
        "first_content_slowest_ms": round(max(contents)),
        "slowest_interaction_ms": page.evaluate("window.slowest"),
    }


if __name__ == "__main__":
    main()
