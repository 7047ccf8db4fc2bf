from django.urls import path

from tinhso.infrastructure.coverage import views

app_name = "coverage"
urlpatterns = [
    path("do-phu/con-thieu/", views.missing, name="missing"),
    path("do-phu/bang-rong/", views.broadband, name="broadband"),
    path("do-phu/bang-rong/muc-dich-vu/", views.levels, name="levels"),
    path("do-phu/<slug:code>/", views.unit_sheet, name="sheet"),
]
