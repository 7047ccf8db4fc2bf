"""Every public page, in both languages, wide and narrow: nothing for axe, the console or the thumb to complain of."""

from __future__ import annotations

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.discovery import Site, crawl, public_views

pytestmark = pytest.mark.browser

# Addresses with a secret that only an e-mail carries, and the proof between checkpoints, of which the demonstration
# has one: no link leads there. A dossier and its papers open by code and secret only.
NOT_LINKED = {"identity:confirm_email", "identity:reset_password", "proof:consistency_note"}
NOT_LINKED |= {f"services:{name}" for name in ("dossier", "papers", "paper", "paper_file", "receipt")}
# One page of a view is read, and the procedure that is read has one version.
NOT_LINKED |= {"services:compare_versions"}


@pytest.fixture(scope="session")
def site(served_province: str) -> Site:
    return crawl(served_province)


def test_no_link_is_broken(site: Site):
    assert site.broken == []


def test_every_public_view_is_reached(site: Site):
    missed = public_views() - site.pages.keys() - site.files.keys() - site.forms.keys() - NOT_LINKED
    assert missed == set(), "no page leads to these; if none should, say so in NOT_LINKED"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_are_clean(site: Site, served_province: str, reader, language: str):
    watched = reader(locale="vi-VN" if language == "vi" else "en-GB")
    faults: list[str] = []
    for name, path in sorted(site.pages.items()):
        watched.page.set_viewport_size(DESKTOP)
        page = watched.open(served_province + ("/en" if language == "en" else "") + path)
        assert page.locator("html").get_attribute("lang") == language
        found = [f"wide {line}" for line in watched.axe()]
        if (shift := watched.shift()) >= 0.02:
            found.append(f"layout shift {shift:.3f}")
        page.set_viewport_size(PHONE)
        found += [f"narrow {line}" for line in watched.axe()]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"narrow: scrolls {wide} px sideways")
        if page.locator("h1").count() != 1:
            found.append(f"{page.locator('h1').count()} first headings")
        faults += [f"{name} {path}: {line}" for line in [*found, *watched.complaints]]
    assert not faults, "\n" + "\n".join(faults)


def test_pages_are_clean_in_the_dark(site: Site, served_province: str, reader):
    watched = reader(color_scheme="dark")
    faults: list[str] = []
    for name, path in sorted(site.pages.items()):
        watched.open(served_province + path)
        faults += [f"{name} {path}: {line}" for line in watched.axe()]
    assert not faults, "\n" + "\n".join(faults)
