"""Addresses of the province's public face."""

from django.urls import path

from tinhso.portal.views import machines, map, pages

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("ban-do/", map.map_page, name="map"),
    path("ban-do/anh.svg", map.still_svg, name="still"),
    path("ban-do/lop/<str:layer_id>.geojson", map.layer_geojson, name="layer"),
    path("tim-kiem/", pages.find, name="search"),
    path("du-lieu/", pages.data, name="data"),
    path("du-lieu/api/", pages.api, name="api"),
    path("gioi-thieu/", pages.about, name="about"),
    path("tro-nang/", pages.accessibility, name="accessibility"),
    path("giay-phep/", pages.licences, name="licences"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("favicon.ico", machines.favicon, name="favicon"),
]
