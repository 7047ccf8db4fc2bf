"""What the programme adds to pages of other apps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.dates import today
from tinhso.foundation.panels import panel
from tinhso.programme.queries import AgreementView, resting_on


def _id(indicator: Any) -> str:
    return indicator if isinstance(indicator, str) else str(indicator.id)


@panel("measures.figure", "programme.commitments", "programme/panels/figure.html", order=30)
def commitments(request: HttpRequest, *, indicator: Any, scope: str, day: date | None = None, **subject: Any) -> dict:
    """The commitments resting on an indicator: measured, claimed, appraised."""
    shown = day or today()
    return {"items": resting_on(_id(indicator), scope, shown), "day": shown}


@panel("portal.home", "programme.agreement", "programme/panels/home.html", order=10)
def agreement(request: HttpRequest, *, view: AgreementView | None = None, **subject: Any) -> dict | None:
    """The agreement home speaks of: who signed it, and how far it has come; home itself shows the headline results."""
    return {"view": view} if view else None
