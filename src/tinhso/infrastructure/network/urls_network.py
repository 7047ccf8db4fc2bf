"""Addresses of networks and imports; `urls` includes them."""

from django.urls import path

from tinhso.infrastructure.network import views

urlpatterns = [
    path("mang-cap-quang/", views.networks, name="networks"),
    path("mang-cap-quang/nhap/", views.upload, name="upload"),
    path("mang-cap-quang/nhap/<uuid:uuid>/", views.check_upload, name="check_upload"),
    path("mang-cap-quang/<uuid:uuid>/", views.network, name="network"),
]
