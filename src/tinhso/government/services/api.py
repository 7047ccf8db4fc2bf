"""The API of public services: a router per floor."""

from ninja import Router

from tinhso.government.services.catalogue import api as catalogue
from tinhso.government.services.desk import api as desk
from tinhso.government.services.desk import api_succession as succession
from tinhso.government.services.filing import api as filing
from tinhso.government.services.index import api as index
from tinhso.government.services.papers import api as papers

router = Router(tags=["services"])
router.add_router("", catalogue.router)
router.add_router("", index.router)
router.add_router("", papers.router)
router.add_router("", desk.router)
router.add_router("", succession.router)
router.add_router("", filing.router)
