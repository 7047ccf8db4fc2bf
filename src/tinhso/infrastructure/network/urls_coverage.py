"""Addresses of coverage, core and agency lines; `urls` includes them."""

from django.urls import path

from tinhso.infrastructure.network import views_coverage as views

urlpatterns = [
    path("mang-cap-quang/do-phu/", views.coverage, name="coverage"),
    path("mang-cap-quang/<uuid:uuid>/loi/", views.core, name="core"),
    path("mang-cap-quang/<uuid:uuid>/co-quan/", views.lines, name="lines"),
]
