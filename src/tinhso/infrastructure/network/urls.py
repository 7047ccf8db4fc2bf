"""Addresses of the fibre network, its core and its agency lines."""

from django.urls import path

from tinhso.infrastructure.network import views, views_core, views_lines

app_name = "infrastructure"
urlpatterns = [
    path("mang-cap-quang/", views.networks, name="networks"),
    path("mang-cap-quang/<uuid:uuid>/", views.network, name="network"),
    path("mang-cap-quang/<uuid:uuid>/loi/", views_core.core, name="core"),
    path("mang-cap-quang/<uuid:uuid>/co-quan/", views_lines.lines, name="lines"),
]
