"""Vietnamese on English pages is marked as Vietnamese, so that it is read aloud as such (WCAG 2.2, 3.1.2)."""

from __future__ import annotations

import urllib.request

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from django.utils.translation import override

from tests.browser.discovery import crawl, public_views
from tinhso.foundation.templatetags.tinhso import vi
from tinhso.foundation.text import Text, is_vietnamese

# Browsers read no marks inside a title; its Vietnamese is the name of the site and of what the page is about.
UNMARKED = {"title", "script", "style", "template"}


def unmarked(html: str) -> list[str]:
    """Vietnamese texts of a page outside lang="vi", each with the element it stands in."""
    found = []
    for text in BeautifulSoup(html, "html.parser").find_all(string=True):
        if type(text) is not NavigableString or not is_vietnamese(text):
            continue
        above = [tag for tag in text.parents if isinstance(tag, Tag)]
        if any(tag.name in UNMARKED for tag in above):
            continue
        if next((tag["lang"] for tag in above if tag.has_attr("lang")), "") != "vi":
            found.append(f"<{above[0].name}> {' '.join(text.split())[:100]}")
    return found


def test_what_is_found():
    assert unmarked('<html lang="en"><p>Xã</p></html>') == ["<p> Xã"]
    assert unmarked('<html lang="en"><p lang="vi">Xã <b>Đông</b></p><title>Xã</title><p>commune</p></html>') == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Xã <Đông>", '<span lang="vi">Xã &lt;Đông&gt;</span>'),
        ("commune", "commune"),
        (Text("Xã", "Commune"), "Commune"),
        (None, ""),
    ],
)
def test_the_filter_marks_only_vietnamese(given, shown):
    with override("en"):
        assert str(vi(given) or "") == shown
    with override("vi"):
        assert "span" not in str(vi(given))


@pytest.fixture(scope="module")
def public_pages(served_province: str) -> dict[str, str]:
    """A sample address of every public page by its view's name."""
    return crawl(served_province).pages


@pytest.mark.parametrize("app", sorted({name.split(":")[0] for name in public_views()}))
def test_english_pages_mark_their_vietnamese(app: str, served_province: str, public_pages: dict[str, str]):
    faults: dict[str, list[str]] = {}
    for name, path in sorted(public_pages.items()):
        if name.startswith(f"{app}:"):
            with urllib.request.urlopen(f"{served_province}/en{path}", timeout=60) as answer:
                if found := unmarked(answer.read().decode()):
                    faults[f"{name} {path}"] = found
    assert not faults, "\n".join(f"{page}: {len(found)}, {found[:5]}" for page, found in faults.items())
