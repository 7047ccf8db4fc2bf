"""Components every page is built from."""

from __future__ import annotations

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import Client, RequestFactory
from django.utils.translation import override


def render(source: str, address: str = "/", language: str = "vi", **context: object) -> str:
    with override(language):
        return engines["django"].from_string(source).render(context, RequestFactory().get(address))


@pytest.mark.parametrize(
    ("numerator", "denominator", "vi", "en"),
    [
        (226, 226, "100%", "100%"),
        (225, 226, "99,5%", "99.5%"),
        (225999, 226000, "99,9%", "99.9%"),
        (0, 226, "0%", "0%"),
        (1, 100_000, "&lt; 0,1%", "&lt; 0.1%"),
        (3, 2, "150%", "150%"),
        (0, 0, "—", "—"),
    ],
)
def test_percent_is_cut_never_rounded_up(numerator: int, denominator: int, vi: str, en: str):
    for language, expected in (("vi", vi), ("en", en)):
        assert render("{% percent n d %}", language=language, n=numerator, d=denominator) == expected


def test_nav_item_hides_what_no_app_offers():
    assert render('{% nav_item "nowhere:page" "X" %}') == ""
    assert 'href="/"' in render('{% nav_item "portal:home" "X" %}')


class Form(forms.Form):
    name = forms.CharField(label="Tên", help_text="Như trên thẻ")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Đồng ý", required=False)


def test_field_ties_label_help_and_error_to_its_control():
    page = render('{% include "foundation/form.html" %}', form=Form({}))
    assert '<label class="ds-label" for="id_name">' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_helptext"' in page and 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page and '<a class="ds-link" href="#id_name">' in page
    assert "<legend" in page and page.count('type="radio"') == 2
    assert "(không bắt buộc)" not in page.split("Đồng ý")[1]


def test_pagination_keeps_the_other_parameters():
    page = Paginator(range(100), 10).get_page(3)
    shown = render('{% include "foundation/pagination.html" %}', "/?q=x&trang=3", page=page)
    assert 'href="?q=x&amp;trang=2"' in shown and 'aria-current="page"' in shown
    assert "21–30 trong 100" in shown
    assert render('{% include "foundation/pagination.html" %}', page=Paginator([], 10).get_page(1)).strip() == ""


def test_day_form_keeps_the_other_parameters():
    shown = render('{% include "foundation/day_form.html" %}', "/?q=x&ngay=2020-01-01&trang=4")
    assert 'name="q" value="x"' in shown
    assert 'name="trang"' not in shown and shown.count('name="ngay"') == 1


def test_title_is_also_the_first_heading():
    source = '{% extends "foundation/base.html" %}{% block title %}A &amp; {{ x }}{% endblock %}'
    page = render(source, x="<b>", site=None)
    assert "<title>A &amp; &lt;b&gt; ·" in page
    assert 'ts-title">A &amp; &lt;b&gt;</h1>' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "says"), [("/nowhere/", "Không tìm thấy trang"), ("/en/nowhere/", "Page not found")]
)
def test_missing_page_speaks_the_readers_language(client: Client, address: str, says: str):
    answer = client.get(address)
    assert answer.status_code == 404 and says in answer.content.decode()


def test_crash_page_needs_nothing_that_can_crash():
    for name in ("500.html", "400.html"):
        page = engines["django"].get_template(name).render()
        assert 'lang="vi"' in page and 'lang="en"' in page
