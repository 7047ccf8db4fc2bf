"""Words of the programme inside templates."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from django import template

from tinhso.foundation.text import Text
from tinhso.programme import words
from tinhso.programme.queries import Standpoint

register = template.Library()


@register.filter
def state_title(state: str) -> Text:
    return words.STATES[state]


@register.filter
def state_tone(state: str) -> str:
    return words.TONES[state]


@register.filter
def value_in(value: Fraction | None, unit: str) -> str:
    """{{ claim.value|value_in:item.unit }}"""
    return words.value_text(value, unit)


@register.filter
def status_words(item: Standpoint) -> str:
    return words.status_text(item)


@register.filter
def reason_words(item: Standpoint) -> str:
    return words.reason_text(item)


@register.filter
def target_words(item: Standpoint) -> str:
    return words.target_text(item)


@register.filter
def gap_words(item: Standpoint) -> list[str]:
    return words.gap_texts(item)


@register.filter
def last_day(day: date | None) -> str:
    """The last day in force, where tables keep the first day no longer in force."""
    return words.day_text(day - timedelta(days=1)) if day else ""


@register.filter
def verb_title(verb: str) -> str:
    return str(words.VERBS.get(verb, verb))
