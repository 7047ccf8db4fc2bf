"""Addresses of networks; `urls` includes them."""

from django.urls import path

from tinhso.infrastructure.network import views

urlpatterns = [
    path("mang-cap-quang/", views.networks, name="networks"),
    path("mang-cap-quang/<uuid:uuid>/", views.network, name="network"),
]
