"""Template tags every page uses."""

from django import template
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from tinhso.foundation.access import may
from tinhso.foundation.panels import render_panels

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: dict, page: str, **subject: object) -> list[SafeString]:
    """{% panels "places.place" unit=unit as shown %} gives the panels other apps add to a page."""
    return render_panels(page, context["request"], **subject)


@register.filter(name="may")
def user_may(user: object, code: str) -> bool:
    """{% if user|may:"programme.edit" %}"""
    return may(user, code)


@register.simple_tag(takes_context=True)
def other_language(context: dict) -> dict:
    """Code, name and address of this page in the other language."""
    request: HttpRequest = context["request"]
    code = "vi" if (get_language() or "vi").startswith("en") else "en"
    with override(get_language()):
        address = translate_url(request.get_full_path(), code)
    return {"code": code, "name": {"vi": "Tiếng Việt", "en": "English"}[code], "url": address}
