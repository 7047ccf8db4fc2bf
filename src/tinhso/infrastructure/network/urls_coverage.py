"""Addresses of coverage, core and agency lines; `urls` includes them."""

from django.urls import path

from tinhso.infrastructure.network import views_core, views_coverage

urlpatterns = [
    path("mang-cap-quang/do-phu/", views_coverage.coverage, name="coverage"),
    path("mang-cap-quang/<uuid:uuid>/loi/", views_core.core, name="core"),
    path("mang-cap-quang/<uuid:uuid>/co-quan/", views_coverage.lines, name="lines"),
]
