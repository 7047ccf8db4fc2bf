"""The main pages behind a sign-in, wide and narrow: nothing for axe, the console or the thumb to complain of."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Watched

pytestmark = pytest.mark.browser

# By account of the demonstration; after `→`, what the address of a link on the page before looks like.
PAGES = {
    "kysu": [
        "/nhap-lieu/moi/mang-cap-quang/",
        "/nhap-lieu/ → /nhap-lieu/[^/]+/hoan-tac/",
        "/mang-cap-quang/ → /mang-cap-quang/[^/]{36}/ → /mang-cap-quang/[^/]+/loi/",
        "/mang-cap-quang/ → /mang-cap-quang/[^/]{36}/ → /mang-cap-quang/[^/]+/co-quan/",
    ],
    "vanphong": [
        "/cam-ket/fibre-communes/",
        "/cam-ket/fibre-communes/ → /cam-ket/[^/]+/bao-ket-qua/",
        "/cam-ket/fibre-communes/ → /cam-ket/[^/]+/sua/",
        "/chi-so/cau-hoi/",
    ],
    "quantri": [
        "/nhap-lieu/ → /nhap-lieu/moi/don-vi-hanh-chinh/",
        "/quan-tri/nguoi-dung/",
        r"/quan-tri/nguoi-dung/ → /quan-tri/nguoi-dung/\d+/",
        "/tai-khoan/hai-buoc/",
    ],
    "kiemtoan": ["/kiem-toan/", r"/kiem-toan/ → /kiem-toan/\d+/", "/tai-khoan/"],
}


def sign_in(page: Page, address: str, account: str) -> None:
    page.goto(f"{address}/dang-nhap/")
    page.fill("main [name=username]", account)
    page.fill("main [name=password]", "tinhso-demo")
    page.click("main form:has([name=password]) button[type=submit]")
    page.wait_for_url(lambda url: "/dang-nhap/" not in url, wait_until="networkidle")


def follow(watched: Watched, address: str, route: str) -> str:
    """The address at the end of a route; a missing link is a fault of the page."""
    path, *links = route.split(" → ")
    for link in links:
        page = watched.open(address + path)
        found = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
        fit = [target for target in found if re.fullmatch(link, target.partition("?")[0])]
        assert fit, f"{path} has no link to {link}"
        path = fit[0]
    return path


@pytest.mark.parametrize("account", PAGES)
def test_pages_behind_a_sign_in_are_clean(served_province: str, reader, account: str):
    watched = reader()
    sign_in(watched.page, served_province, account)
    faults: list[str] = []
    for route in PAGES[account]:
        watched.page.set_viewport_size(DESKTOP)
        path = follow(watched, served_province, route)
        page = watched.open(served_province + path)
        assert page.url == served_province + path, "not signed in"
        found = [f"wide {line}" for line in watched.axe()]
        page.set_viewport_size(PHONE)
        found += [f"narrow {line}" for line in watched.axe()]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"narrow: scrolls {wide} px sideways")
        if page.locator("h1").count() != 1:
            found.append(f"{page.locator('h1').count()} first headings")
        faults += [f"{account} {path}: {line}" for line in [*found, *watched.complaints]]
    assert not faults, "\n" + "\n".join(faults)
