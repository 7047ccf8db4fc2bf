"""Panels: a page of a lower app leaves room, upper apps fill it without the page knowing them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tinhso.foundation.registry import Registry


@dataclass(frozen=True)
class Panel:
    page: str
    id: str
    template: str
    context: Callable[..., dict | None]
    order: int


panels: Registry[Panel] = Registry("panel", "panels")


def panel(page: str, id: str, template: str, order: int = 50) -> Callable:
    """Declare `context(request, **subject)` as a panel of a page; returning None shows nothing."""

    def declare(context: Callable[..., dict | None]) -> Callable:
        panels.add(f"{page}/{order:03}/{id}", Panel(page, id, template, context, order))
        return context

    return declare


def render_panels(page: str, request: HttpRequest, **subject: Any) -> list[SafeString]:
    """The panels of a page, in order, as HTML."""
    shown = []
    for item in panels:
        if item.page == page and (context := item.context(request, **subject)) is not None:
            shown.append(mark_safe(render_to_string(item.template, {**subject, **context}, request)))  # noqa: S308
    return shown
