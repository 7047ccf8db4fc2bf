"""The API of public services: a router per floor."""

from ninja import Router

from tinhso.government.services.catalogue import api as catalogue
from tinhso.government.services.desk import api_dossier as desk
from tinhso.government.services.desk import api_succession as succession
from tinhso.government.services.filing import api as filing
from tinhso.government.services.filing import api_counter, api_drafts
from tinhso.government.services.index import api as index
from tinhso.government.services.national import api as national
from tinhso.government.services.papers import api as papers
from tinhso.government.services.paying import api as paying
from tinhso.government.services.tracking import api as tracking

router = Router(tags=["services"])
floors = (catalogue, index, papers, desk, succession, filing, api_drafts, api_counter, tracking, paying, national)
for floor in floors:
    router.add_router("", floor.router)
