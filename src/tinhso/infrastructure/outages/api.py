"""The API of outages."""

from __future__ import annotations

from ninja import Router

from tinhso.infrastructure.outages import api_hooks

router = Router(tags=["outages"])
router.add_router("", api_hooks.router)
