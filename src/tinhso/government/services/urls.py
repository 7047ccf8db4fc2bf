from tinhso.government.services.catalogue import urls as catalogue
from tinhso.government.services.desk import urls as desk
from tinhso.government.services.filing import urls as filing
from tinhso.government.services.index import urls as index
from tinhso.government.services.national import urls as national
from tinhso.government.services.papers import urls as papers
from tinhso.government.services.paying import urls as paying
from tinhso.government.services.tracking import urls as tracking

app_name = "services"
urlpatterns = [
    *catalogue.urlpatterns,
    *paying.urlpatterns,
    *filing.urlpatterns,
    *tracking.urlpatterns,
    *papers.urlpatterns,
    *desk.urlpatterns,
    *index.urlpatterns,
    *national.urlpatterns,
]
