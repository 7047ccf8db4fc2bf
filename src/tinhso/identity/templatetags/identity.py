"""Filters of the identity pages."""

from __future__ import annotations

from datetime import date, timedelta

from django import template

from tinhso.foundation.access import ROLES

register = template.Library()


@register.filter
def last_day(valid_to: date | None) -> str:
    """The last day in force, as people say it, of an interval that keeps the first day after."""
    return (valid_to - timedelta(days=1)).strftime("%d/%m/%Y") if valid_to else ""


@register.filter
def role_title(code: str) -> str:
    """A role's name in the reader's language."""
    return str(ROLES[code]) if code in ROLES else code


@register.filter
def item(mapping: dict, key: str) -> object:
    """The value under a key, or nothing."""
    return mapping.get(key)
