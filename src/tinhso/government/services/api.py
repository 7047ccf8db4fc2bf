"""The API of public services: a router per part."""

from ninja import Router

from tinhso.government.services import api_catalogue, api_desk, api_filing, api_index, api_papers

router = Router(tags=["services"])
router.add_router("", api_catalogue.router)
router.add_router("", api_index.router)
router.add_router("", api_papers.router)
router.add_router("", api_desk.router)
router.add_router("", api_filing.router)
