"""What every form page shares: a refused command is told at the field it names, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tinhso.foundation.errors import Forbidden, Problem

T = TypeVar("T")


def tell(form: BaseForm, problem: Problem, places: dict[str, str] | None = None) -> None:
    """Add a refusal to a form: at the field its place names (`places` maps places named otherwise), else above all."""
    place = (places or {}).get(problem.place, problem.place)
    said = " ".join(part for part in (problem.what, problem.mend) if part)
    seen = place in form.fields and not form[place].is_hidden
    form.add_error(place if seen else None, said)


def attempt(form: BaseForm, act: Callable[[], T], places: dict[str, str] | None = None) -> T | None:
    """Run a command for a form; None when it refused and the form now says why."""
    try:
        return act()
    except Problem as refused:
        tell(form, refused, places)
        return None


def acted(request: HttpRequest, form: BaseForm, act: Callable[[dict], str]) -> HttpResponse | None:
    """Where `act(cleaned)` leads once a valid form is posted; None while the form is still to be shown.

    What the command refuses is told in the form; a missing permission is not the form's to show and goes on.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return redirect(act(form.cleaned_data))
    except Forbidden:
        raise
    except Problem as refused:
        tell(form, refused)
        return None
