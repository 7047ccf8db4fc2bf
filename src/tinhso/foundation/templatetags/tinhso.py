"""Template tags every page uses; foundation/README.md shows them at work."""

import json
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.template.loader_tags import BlockNode
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from tinhso.foundation.access import may
from tinhso.foundation.entries import open_to
from tinhso.foundation.layers import for_map, layers
from tinhso.foundation.panels import render_panels
from tinhso.foundation.text import Text, is_vietnamese, language, mostly_vietnamese, vietnamese_parts

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: dict, page: str, **subject: object) -> list[SafeString]:
    """{% panels "places.place" unit=unit as shown %} gives the panels other apps add to a page."""
    return render_panels(page, context["request"], **subject)


@register.filter(name="may")
def user_may(user: object, code: str) -> bool:
    """{% if user|may:"programme.edit" %}"""
    return may(user, code)


@register.filter
def opens(user: object, address: str) -> bool:
    """{% if user|opens:url %}: whether the reader may open the page there."""
    return open_to(user, address)


@register.simple_tag(takes_context=True)
def other_language(context: dict) -> dict:
    """Code, name and address of this page in the other language."""
    code = "vi" if language() == "en" else "en"
    request: HttpRequest | None = context.get("request")
    address = "/"
    if request is not None:
        with override(get_language()):
            address = translate_url(request.get_full_path(), code)
    return {"code": code, "name": {"vi": "Tiếng Việt", "en": "English"}[code], "url": address}


@register.simple_tag
def link_to(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named page, or nothing where no app offers it."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def nav_item(context: dict, name: str, label: str) -> str:
    """{% nav_item "places:index" _("Địa bàn") %}: a list item, marked where the reader is; nothing if unresolvable."""
    address = link_to(name)
    if not address:
        return ""
    request: HttpRequest | None = context.get("request")
    match = getattr(request, "resolver_match", None)
    mark = ""
    if match and match.view_name == name:
        mark = ' aria-current="page"'
    elif name != "portal:home" and any(url == address for _label, url in context.get("crumbs") or ()):
        mark = ' aria-current="true"'
    return format_html('<li><a href="{}"{}>{}</a></li>', address, SafeString(mark), label)


@register.tag
def again(parser: template.base.Parser, token: template.base.Token) -> BlockNode:
    """{% again "title" %} shows a block a second time: the page's title is also its first heading."""
    name = token.split_contents()[1].strip("\"'")
    return BlockNode(name, template.base.NodeList())


@register.simple_block_tag
def table_region(content: str, caption: str) -> str:
    """{% table_region _("Các xã") %}<table>…</table>{% endtable_region %}: scrolls inside itself on a phone."""
    return format_html('<div class="ts-scroll" role="group" tabindex="0" aria-label="{}">{}</div>', caption, content)


@register.simple_tag
def percent(numerator: int, denominator: int, places: int = 1) -> str:
    """A share in percent, cut and never rounded up: 225 of 226 is 99,5%, not 100%; nothing counted is a dash."""
    if not denominator:
        return "—"
    if 0 < numerator * 100 * 10**places < denominator:
        return f"< {percent(1, 10 ** (places + 2), places)}"
    cut, scale = numerator * 100 * 10**places // denominator, 10**places
    whole, rest = divmod(cut, scale)
    text = number_format(whole, use_l10n=True, force_grouping=True)
    if rest:
        mark = "." if language() == "en" else ","
        text += mark + f"{rest:0{places}}".rstrip("0")
    return f"{text}%"


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's control with the class and the ties to its help and its errors."""
    known = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"ds-input {known}".strip()})


@register.filter
def control_option(option: BoundWidget) -> SafeString:
    """One radio button or checkbox of a group."""
    option.data["attrs"]["class"] = "ds-input"
    return option.tag(wrap_label=False)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether a field is a single checkbox, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def money(amount: int) -> str:
    """{{ fee|money }}: whole đồng with their thousands grouped, and the unit as each language writes it."""
    return f"{number_format(amount, use_l10n=True, force_grouping=True)} {Text('đồng', 'VND')}"


@register.filter
def vi(text: object) -> object:
    """A stored text with its Vietnamese marked on an English page (WCAG 2.2, 3.1.2): {{ unit.name|vi }}. Not for
    attributes, which hold no marks."""
    if text is None or language() == "vi" or not is_vietnamese(said := str(text)):
        return text
    translated = isinstance(text, Text) and text.en != text.vi
    return format_html_join("", "{}{}", _marked(said, whole=not translated and mostly_vietnamese(said)))


def _marked(said: str, *, whole: bool) -> Iterator[tuple[str, SafeString]]:
    """A text in pieces: what is not Vietnamese, and what is in its mark."""
    at = 0
    for start, end in [(0, len(said))] if whole else vietnamese_parts(said):
        yield said[at:start], format_html('<span lang="vi">{}</span>', said[start:end])
        at = end
    yield said[at:], SafeString("")


@register.simple_tag
def page_numbers(page: Page) -> list[int]:
    """Page numbers around the present one; 0 stands for a gap."""
    return [n if isinstance(n, int) else 0 for n in page.paginator.get_elided_page_range(page.number)]


@register.simple_tag(takes_context=True)
def page_url(context: dict, name: str, number: int) -> str:
    """This page's address with another page number."""
    query = context["request"].GET.copy()
    query[name] = number
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def map_spec(context: dict, wanted: str, day: date | None = None, every: bool = False) -> dict:
    """What foundation/map.html needs to draw the layers named in `wanted` (ids, comma-separated; unknown ones and
    those the reader may not see are left out). `every`: the reader may switch on all other layers too."""
    user = getattr(context.get("request"), "user", None)
    names = [name.strip() for name in str(wanted or "").split(",")]
    visible = [layer for layer in layers if not layer.permission or may(user, layer.permission)]
    shown = [layer for layer in visible if every or layer.id in names]
    shown.sort(key=lambda layer: (layer.order, layer.id))
    switched_on = [layer for layer in shown if layer.id in names]
    query = f"?ngay={day:%Y-%m-%d}" if day else ""
    drawn = [for_map(layer, link_to("portal:layer", layer.id) + query) for layer in shown]
    still = link_to("portal:still")
    asked = [("lop", layer.id) for layer in switched_on] + ([("ngay", f"{day:%Y-%m-%d}")] if day else [])
    return {
        "layers": shown,
        "on": switched_on,
        "ids": ",".join(layer.id for layer in switched_on),
        "json": json.dumps(drawn, ensure_ascii=False),
        "still": f"{still}?{urlencode(asked)}" if still and switched_on else "",
    }
