"""Debian's chromium before the served demonstration province."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
AXE = (Path(__file__).parent / "axe.min.js").read_text()
# Shifts after the reader's own input do not count, by the definition of the metric.
SHIFTS = """
window.__shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.fail("no chromium: apt-get install chromium, or name one with CHROMIUM=/path")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Watched:
    """A page with what went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Load a page and its fonts, with the complaints of former pages forgotten."""
        self.complaints.clear()
        answer = self.page.goto(address, wait_until="load")
        assert answer is not None and answer.status == 200, (address, answer and answer.status)
        self.page.evaluate("document.fonts.ready.then(() => true)")
        return self.page

    def axe(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA, one line each."""
        self.page.evaluate(AXE)
        found: dict[str, Any] = self.page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        return [
            f"{violation['id']}: {node['target']} {node['html'][:120]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def shift(self) -> float:
        return self.page.evaluate("window.__shift")


def watch(context: BrowserContext) -> Watched:
    watched = Watched(context.new_page())
    page = watched.page
    # The software renderer's own notes on speed are no fault of the page.
    page.on(
        "console",
        lambda message: (
            watched.complaints.append(f"{message.type}: {message.text}")
            if message.type in {"error", "warning"} and "GL Driver Message" not in message.text
            else None
        ),
    )
    page.on("pageerror", lambda error: watched.complaints.append(f"uncaught: {error}"))
    page.on("requestfailed", lambda request: watched.complaints.append(f"failed: {request.url}"))
    page.on(
        "response",
        lambda answer: watched.complaints.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
    )
    return watched


@pytest.fixture
def reader(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens a browser window: `reader(viewport=PHONE, java_script_enabled=False, …)`."""
    contexts: list[BrowserContext] = []

    def start(**options: Any) -> Watched:
        # A part still sliding open under a busy machine would let a click fall beside its button.
        settled = {"viewport": DESKTOP, "locale": "vi-VN", "reduced_motion": "reduce"}
        context = browser.new_context(**{**settled, **options})
        contexts.append(context)
        if options.get("java_script_enabled", True):
            context.add_init_script(SHIFTS)
        return watch(context)

    yield start
    for context in contexts:
        context.close()
