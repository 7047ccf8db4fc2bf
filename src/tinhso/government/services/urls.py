from django.urls import path

from tinhso.government.services import (
    urls_desk,
    urls_filing,
    urls_index,
    urls_papers,
    views_catalogue,
    views_catalogue_edit,
    views_paying,
)

app_name = "services"
urlpatterns = [
    path("thu-tuc/", views_catalogue.procedures, name="procedures"),
    path("thu-tuc/bien-tap/", views_catalogue_edit.edit_catalogue, name="edit_catalogue"),
    path("thu-tuc/bien-tap/moi/", views_catalogue_edit.new_procedure, name="new_procedure"),
    path("thu-tuc/bien-tap/linh-vuc/", views_catalogue_edit.new_field, name="new_field"),
    path("thu-tuc/bien-tap/<str:code>/", views_catalogue_edit.edit_procedure, name="edit_procedure"),
    path("thu-tuc/bien-tap/<str:code>/json/", views_catalogue_edit.edit_json, name="edit_json"),
    path("thu-tuc/bien-tap/<str:code>/cong-bo/", views_catalogue_edit.publish, name="publish_procedure"),
    path("thu-tuc/bien-tap/<str:code>/bo-ban-thao/", views_catalogue_edit.discard, name="discard_draft"),
    path("thu-tuc/bien-tap/<str:code>/bai-bo/", views_catalogue_edit.retire, name="retire_procedure"),
    path("thu-tuc/danh-muc.<str:kind>", views_catalogue.export, name="export_procedures"),
    path("thu-tuc/<str:code>/", views_catalogue.procedure, name="procedure"),
    path("thu-tuc/<str:code>/so-sanh/", views_catalogue.compare, name="compare_versions"),
    path("thu-tuc/<str:code>/tep.<str:kind>", views_catalogue.export, name="export_procedure"),
    path("thu-tuc/<str:code>/phien-ban/<int:number>/", views_catalogue.procedure, name="procedure_version"),
    path("thu-le-phi/<str:code>/", views_paying.cash, name="take_cash"),
    *urls_filing.urlpatterns,
    *urls_papers.urlpatterns,
    *urls_desk.urlpatterns,
    *urls_index.urlpatterns,
]
