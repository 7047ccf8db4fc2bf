"""Addresses of resilience."""

from django.urls import path

from tinhso.infrastructure.resilience import views, views_records

app_name = "resilience"
urlpatterns = [
    path("mang-cap-quang/do-ben/", views.units, name="units"),
    path("mang-cap-quang/<uuid:uuid>/do-ben/", views.weak_points, name="weak_points"),
    path("mang-cap-quang/<uuid:uuid>/neu-dut/", views.cut_here, name="cut_here"),
    path("mang-cap-quang/<uuid:uuid>/rui-ro-chung/", views_records.groups, name="groups"),
    path("mang-cap-quang/<uuid:uuid>/do-tin-cay/", views_records.reliability, name="reliability"),
]
