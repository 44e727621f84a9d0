"""A person with a browser: `visitor`, who notices whatever goes wrong on a page."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.makers import PASSWORD

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
# Axe would load style sheets anew into <style> elements, which the shop's security policy forbids.
AS_IT_STANDS = {"preload": False}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

WHAT_COVERS_THE_TITLE = """() => {
  const title = document.querySelector("h1:not(.visually-hidden)")
  if (!title) return ""
  title.scrollIntoView({ block: "center" })
  const words = document.createRange()
  words.selectNodeContents(title)
  for (const box of words.getClientRects()) {
    const seen = document.elementFromPoint(box.right - 2, box.top + box.height / 2)
    if (seen && !title.contains(seen)) return seen.outerHTML.slice(0, 200)
  }
  return ""
}"""

failed = pytest.StashKey[bool]()


class Visitor:
    """One person's browser window, with what went wrong in it so far."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.context = context
        self.home = home
        self.page = self._watched(context.new_page())
        self.troubles: list[str] = []

    def _watched(self, page: Page) -> Page:
        # A console error is also how Chromium tells of what the Content-Security-Policy forbade.
        page.on(
            "console",
            lambda said: said.type == "error" and self.troubles.append(f"{page.url}: {said.text}"),
        )
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("response", self._notice)
        return page

    def _notice(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status} {response.url}")

    def go(self, path: str) -> None:
        """Open a page of the shop."""
        self.page.goto(self.home + path)

    def log_in(self, email: str) -> None:
        self.go("/account/login/")
        main = self.page.get_by_role("main")
        main.get_by_label("E-mail address").fill(email)
        main.get_by_label("Password").fill(PASSWORD)
        main.get_by_role("button", name="Log in").click()
        self.page.get_by_role("button", name="Log out").wait_for()

    def check(self) -> None:
        """Wide and narrow alike, axe finds nothing on this page, it does not run off the screen, and nothing lies upon
        its title."""
        self.page.wait_for_load_state()  # of a page that a click has led to a moment ago
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)
            found = Axe().run(self.page, options=AS_IT_STANDS)
            assert not found.violations_count, (
                f"{self.page.url} at {size['width']}\n{found.generate_report()}"
            )
            reach = self.page.evaluate("document.documentElement.scrollWidth")
            assert reach <= size["width"], f"{self.page.url} is {reach} wide at {size['width']}"
            covered = self.page.evaluate(WHAT_COVERS_THE_TITLE)
            assert not covered, f"{covered} lies upon the title of {self.page.url} at {size['width']}"


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    # Playwright's loop runs in this thread, where Django would take the tests' own queries for a mistake,
    # and where it gives out another connection, which must learn what to restore after each test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    migrated = connection._test_serialized_contents
    with sync_playwright() as playwright:
        connection._test_serialized_contents = migrated
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_visitor(
    browser: Browser, live_server, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, each with cookies of their own. At the end none may have met with trouble."""
    visitors: list[Visitor] = []

    def make(**options: object) -> Visitor:
        context = browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
        context.set_default_timeout(10_000)
        visitors.append(Visitor(context, live_server.url))
        return visitors[-1]

    yield make
    for number, visitor in enumerate(visitors, 1):
        if request.node.stash.get(failed, False):
            picture = tmp_path / f"visitor-{number}.png"
            visitor.page.screenshot(path=picture, full_page=True)
            print(f"What visitor {number} saw last, at {visitor.page.url}: {picture}")  # noqa: T201
        visitor.context.close()
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def visitor(new_visitor: Callable[..., Visitor]) -> Visitor:
    return new_visitor()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.failed:
        item.stash[failed] = True
    return report
