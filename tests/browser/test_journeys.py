"""What a citizen does: with a keyboard alone, without JavaScript, on a slow line, on the map."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tinhso.proof.signed_text import TextKey

pytestmark = pytest.mark.browser
DAY = "ngay=2021-12-31"
WEIGHT_LIMIT = 200_000


def focused(page: Page, selector: str) -> bool:
    return page.evaluate("(selector) => document.activeElement.matches(selector)", selector)


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    for _press in range(most):
        page.keyboard.press("Tab")
        if focused(page, selector):
            return
    raise AssertionError(f"{selector} is not reached with {most} presses of Tab")


def test_the_first_key_leads_to_the_content(served_province: str, reader):
    page = reader().open(served_province)
    page.keyboard.press("Tab")
    assert focused(page, ".ds-skip-link")
    page.keyboard.press("Enter")
    assert focused(page, "main")


def test_slider_works_with_the_keyboard_and_keeps_its_state_in_the_address(served_province: str, reader):
    watched = reader()
    page = watched.open(f"{served_province}/ban-do/?{DAY}")
    tab_to(page, "#moc")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("ngay=2020-12-31"))
    expect(page.locator("output")).to_have_text("31/12/2020")
    expect(page.locator("#moc")).to_have_attribute("aria-valuetext", re.compile("31/12/2020"))
    expect(page.locator("#danh-sach h2").first).to_contain_text("31/12/2020")
    page.reload()
    expect(page.locator("#ngay")).to_have_value("2020-12-31")
    assert watched.complaints == []


def test_popup_opens_and_closes_with_the_keyboard(served_province: str, reader):
    watched = reader()
    page = watched.open(f"{served_province}/ban-do/?{DAY}")
    expect(page.locator("[data-ts-idle]")).to_be_attached(timeout=20_000)
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    link = page.locator(".maplibregl-popup a").first
    expect(link).to_be_visible()
    assert page.evaluate("document.activeElement.closest('.maplibregl-popup') !== null")
    assert watched.axe() == []
    page.keyboard.press("Escape")
    expect(page.locator(".maplibregl-popup")).to_have_count(0)
    assert focused(page, ".maplibregl-canvas")
    assert watched.complaints == []


def test_click_on_the_map_leads_to_a_page(served_province: str, reader):
    page = reader().open(f"{served_province}/ban-do/?{DAY}")
    expect(page.locator("[data-ts-idle]")).to_be_attached(timeout=20_000)
    page.locator(".maplibregl-canvas").click()
    with page.expect_navigation():
        page.locator(".maplibregl-popup a").first.click()
    assert page.locator("h1").inner_text()


def test_the_map_wakes_on_home_when_asked(served_province: str, reader):
    watched = reader()
    page = watched.open(served_province)
    assert page.locator(".maplibregl-canvas").count() == 0
    page.locator(".ts-map-wake").click()
    expect(page.locator(".maplibregl-canvas")).to_be_focused(timeout=20_000)
    assert watched.complaints == []


def test_menu_on_a_phone_opens_without_script_and_closes_with_escape(served_province: str, reader):
    page = reader(viewport=PHONE).open(served_province)
    expect(page.locator("#menu")).to_be_hidden()
    page.locator(".ts-menu-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()


def test_journey_without_javascript(served_province: str, reader):
    page = reader(java_script_enabled=False, viewport=PHONE).page
    page.goto(served_province)
    page.locator("main a[href*='/ban-do/']").first.click()
    expect(page.locator(".ts-map-still")).to_be_visible()
    assert page.locator(".ts-map-still").evaluate("(image) => image.naturalWidth > 100 || image.complete")
    page.locator("#ngay").fill("2021-12-31")
    page.locator("form[data-ts-map-form] button").click()
    expect(page.locator("#danh-sach h2").first).to_contain_text("31/12/2021")
    expect(page.locator("#danh-sach tbody tr").first).to_be_visible()
    page.locator("#tim").fill("ha long")
    page.locator(".ts-head .ts-search button").click()
    expect(page.locator("h1")).to_contain_text("ha long")
    page.locator("main .ts-list a").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{served_province}/du-lieu/")
    address = page.locator("main .ts-links a").first.get_attribute("href")
    assert page.request.get(served_province + address).ok


def test_home_is_light(served_province: str, reader):
    watched = reader()
    bodies: dict[str, bytes] = {}
    watched.page.on("response", lambda answer: bodies.setdefault(answer.url, answer.body()))
    page = watched.open(served_province)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    weights = {
        url: len(body) if url.endswith(".woff2") else len(gzip.compress(body, 6))
        for url, body in bodies.items()
        if "/ban-do/" not in url
    }
    assert sum(weights.values()) <= WEIGHT_LIMIT, weights


def test_still_picture_follows_the_readers_theme(served_province: str, reader):
    # With scripts the live map may take the picture's place before it is fetched.
    page = reader(color_scheme="dark", java_script_enabled=False).open(f"{served_province}/ban-do/?{DAY}")
    assert "nen=toi" in page.locator(".ts-map-still").evaluate("(image) => image.currentSrc")


def test_the_code_of_a_receipt_is_checked_without_a_network(served_province: str, served_folder: Path, reader):
    page = reader(viewport=PHONE).open(f"{served_province}/xac-minh/")
    [line] = (served_folder / "keys" / "receipt_key").read_text().split()
    promise = f"TS1~01~H40.12.03-260302-0001~2026-03-09T17:00+07:00~477800aa14cf~VN-43e67f1ed307~{'A' * 43}"
    text = TextKey.parse(line).sign(promise)
    page.context.set_offline(True)

    def check(given: str, shown: str) -> None:
        page.fill("textarea[name=text]", given)
        page.click("main form button[type=submit]")
        expect(page.locator(f"[data-{shown}]")).to_be_visible()
        assert page.locator("[data-verify] [tabindex='-1']:visible").count() == 1

    check(f"{text[:60]}\n{text[60:]}", "good")
    assert page.text_content("[data-out=code]") == "H40.12.03-260302-0001"
    assert page.text_content("[data-out=due]") == "17:00 09/03/2026"
    check(text.replace("T17:00", "T16:00"), "bad")
    check(TextKey.make().sign(promise), "unknown")
    check("0912 345 678", "malformed")
