from django.urls import path

from tinhso.infrastructure.coverage import views, views_overview

app_name = "coverage"
urlpatterns = [
    path("mang-cap-quang/do-phu/", views_overview.overview, name="overview"),
    path("do-phu/con-thieu/", views.missing, name="missing"),
    path("do-phu/bang-rong/", views.broadband, name="broadband"),
    path("do-phu/bang-rong/muc-dich-vu/", views.levels, name="levels"),
    path("do-phu/<slug:code>/", views.unit_sheet, name="sheet"),
]
