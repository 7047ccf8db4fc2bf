from django.urls import path

from tinhso.files import import_views, upload_views, views

app_name = "files"
urlpatterns = [
    path("tep/<uuid:uid>/", views.download, name="download"),
    path("nhap-lieu/", import_views.imports, name="imports"),
    path("nhap-lieu/moi/<slug:slug>/", upload_views.upload, name="upload"),
    path("nhap-lieu/tep/<uuid:uuid>/", upload_views.check_upload, name="check_upload"),
    path("nhap-lieu/<uuid:batch_id>/hoan-tac/", import_views.undo, name="undo_import"),
]
