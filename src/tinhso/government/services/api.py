"""The API of public services: a router per part."""

from ninja import Router

from tinhso.government.services import api_catalogue

router = Router(tags=["services"])
router.add_router("", api_catalogue.router)
