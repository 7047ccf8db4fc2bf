"""Addresses of the catalogue."""

from django.urls import path

from tinhso.government.services.catalogue import views, views_edit

urlpatterns = [
    path("thu-tuc/", views.procedures, name="procedures"),
    path("thu-tuc/bien-tap/", views_edit.edit_catalogue, name="edit_catalogue"),
    path("thu-tuc/bien-tap/moi/", views_edit.new_procedure, name="new_procedure"),
    path("thu-tuc/bien-tap/linh-vuc/", views_edit.new_field, name="new_field"),
    path("thu-tuc/bien-tap/<str:code>/", views_edit.edit_procedure, name="edit_procedure"),
    path("thu-tuc/bien-tap/<str:code>/json/", views_edit.edit_json, name="edit_json"),
    path("thu-tuc/bien-tap/<str:code>/cong-bo/", views_edit.publish, name="publish_procedure"),
    path("thu-tuc/bien-tap/<str:code>/bo-ban-thao/", views_edit.discard, name="discard_draft"),
    path("thu-tuc/bien-tap/<str:code>/bai-bo/", views_edit.retire, name="retire_procedure"),
    path("thu-tuc/danh-muc.<str:kind>", views.export, name="export_procedures"),
    path("thu-tuc/<str:code>/", views.procedure, name="procedure"),
    path("thu-tuc/<str:code>/so-sanh/", views.compare, name="compare_versions"),
    path("thu-tuc/<str:code>/tep.<str:kind>", views.export, name="export_procedure"),
    path("thu-tuc/<str:code>/phien-ban/<int:number>/", views.procedure, name="procedure_version"),
]
