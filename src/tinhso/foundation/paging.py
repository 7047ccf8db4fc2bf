"""What the API is asked by: numbers of rows, and pages; `@paginate(Pages)` answers with `items` and their `count`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from ninja.pagination import LimitOffsetPagination
from pydantic import Field

Limit = Annotated[int, Field(ge=1, le=500)]
Offset = Annotated[int, Field(ge=0, le=10**9)]
#: A row's number, as far as both databases count.
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Pages(LimitOffsetPagination):
    """`told` makes of each row of a page what the answer holds of it."""

    class Input(Schema):
        limit: Limit = 100
        offset: Offset = 0

    def __init__(self, told: Callable[[Any], dict[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.told = told

    def paginate_queryset(self, queryset: Any, pagination: Any, request: HttpRequest, **params: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().paginate_queryset(queryset, pagination, request, **params)
        return {**found, "items": [self.told(row) for row in found["items"]]} if self.told else found
