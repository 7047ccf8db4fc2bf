from django.urls import path

from tinhso.government.services import urls_filing, views_catalogue

app_name = "services"
urlpatterns = [
    path("thu-tuc/", views_catalogue.procedures, name="procedures"),
    path("thu-tuc/danh-muc.json", views_catalogue.export_json, name="export_procedures"),
    path("thu-tuc/<str:code>/", views_catalogue.procedure, name="procedure"),
    path("thu-tuc/<str:code>/so-sanh/", views_catalogue.compare, name="compare_versions"),
    path("thu-tuc/<str:code>/tep.json", views_catalogue.export_json, name="export_procedure"),
    path("thu-tuc/<str:code>/phien-ban/<int:number>/", views_catalogue.procedure, name="procedure_version"),
    *urls_filing.urlpatterns,
]
