"""How browser stories get from page to page, however busy the machine is: they wait until the next page is there before they
press or ask for anything else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error, Page

NAME_OF_FOCUS = """() => {
  const one = document.activeElement;
  return one ? (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || '').replace(/\\s+/g, ' ').trim() : '';
}"""
MOST = 150  # presses of Tab; a page that needs more has lost its order
AXE = Path(__file__).parent / "stories/node/node_modules/axe-core/axe.min.js"
RTL = "document.documentElement.dir = 'rtl'; document.documentElement.lang = 'ar'"

# WCAG 2.2 AA and axe's own best practices.
RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ['violations'] });
  return found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ') + ' ' + (n.any[0]?.message || n.all[0]?.message || '')).slice(0, 4).join(' | ')}`);
}"""
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1) && !e.closest('.trunc *, .vh, .cal-wrap, .scroll-x, .skip, [data-scrolls], pre, .tabs, dialog:not([open]), details:not([open]) > :not(summary)')
    && getComputedStyle(e).position !== 'fixed';
}).slice(0, 3).map(e => e.tagName + '.' + e.className).concat(
  document.documentElement.scrollWidth > innerWidth + 1 ? ['the page is ' + document.documentElement.scrollWidth] : [])"""


@contextmanager
def leads_on(page: Page) -> Iterator[None]:
    """What is done inside leads to another page. Afterwards that page is there and its scripts have run (they are modules: a
    page has not loaded before), so that keys are heard and another page may be asked for."""
    try:
        with page.expect_navigation():
            yield
    except Error as error:
        if "ERR_ABORTED" not in str(error):  # given up for a newer one: whoever signs out is led on twice
            raise
        page.wait_for_load_state("load")


def ready(page: Page) -> None:
    """The page has loaded, and nothing has the focus."""
    page.wait_for_load_state("load")
    page.evaluate("document.activeElement?.blur()")


def go(page: Page, *keys: str) -> None:
    """Presses single keys that lead to another page."""
    with leads_on(page):
        for key in keys:
            page.keyboard.press(key)
    ready(page)


def tab_to(page: Page, name: str) -> str:
    """Moves the focus on until it stands on something of that name. Returns what it is called."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        focused = str(page.evaluate(NAME_OF_FOCUS))
        if name in focused:
            return focused
    raise AssertionError(f"Tab never reached {name!r}; it ended on {page.evaluate(NAME_OF_FOCUS)!r}")


def is_sound(page: Page) -> bool:
    """axe has nothing to say about the page as it stands, and nothing is wider than it."""
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(RUN_AXE) == []
    assert page.evaluate(TOO_WIDE) == []
    return True
