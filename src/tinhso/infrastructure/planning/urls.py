"""Addresses of planning."""

from django.urls import path

from tinhso.infrastructure.planning import views, views_compare, views_data, views_map, views_works

app_name = "planning"
urlpatterns = [
    path("phuong-an/", views.plans, name="plans"),
    path("phuong-an/moi/", views.new, name="new"),
    path("phuong-an/so-sanh/", views_compare.compare, name="compare"),
    path("phuong-an/ban-do/anh.svg", views_map.map_still, name="map_still"),
    path("phuong-an/ban-do/<str:layer_id>.geojson", views_map.map_layer, name="map_layer"),
    path("phuong-an/cong-trinh/", views_works.works_list, name="works"),
    path("phuong-an/bang-gia/", views_data.costs, name="costs"),
    path("phuong-an/bang-gia/ghi/", views_data.new_costs, name="new_costs"),
    path("phuong-an/tuyen/", views_data.candidates, name="candidates"),
    path("phuong-an/tuyen/sinh/", views_data.generate, name="generate"),
    path("phuong-an/<uuid:uid>/", views.plan, name="plan"),
    path("phuong-an/<uuid:uid>/dung/", views.cancel, name="cancel"),
    path("phuong-an/<uuid:uid>/tinh-tiep/", views.go_on, name="go_on"),
    path("phuong-an/<uuid:uid>/tai/<slug:kind>/", views.take, name="take"),
    path("phuong-an/<uuid:uid>/dot/<int:number>/", views_works.phase, name="phase"),
    path("phuong-an/<uuid:uid>/dot/<int:number>/duyet/", views_works.approve, name="approve"),
    path("phuong-an/<uuid:uid>/dot/<int:number>/rut-duyet/", views_works.withdraw, name="withdraw"),
    path("phuong-an/<uuid:uid>/dot/<int:number>/khoi-cong/", views_works.start, name="start"),
    path("phuong-an/<uuid:uid>/dot/<int:number>/hoan-thanh/", views_works.complete, name="complete"),
    path("phuong-an/<uuid:uid>/dot/<int:number>/khao-sat-mau.csv", views_works.blank_survey, name="blank_survey"),
    path("phuong-an/<uuid:uid>/dot/<int:number>/khao-sat/", views_works.survey, name="survey"),
]
