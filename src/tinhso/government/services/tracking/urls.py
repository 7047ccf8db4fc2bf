"""Addresses of tracking."""

from django.urls import path

from tinhso.government.services.tracking import views

urlpatterns = [
    path("dich-vu-cong/da-nop/<str:code>/", views.filed, name="filed"),
    path("ho-so-cua-toi/", views.mine, name="mine"),
    path("tra-cuu/", views.track, name="track"),
    path("tra-cuu/<str:code>/", views.dossier, name="dossier"),
    path("tra-cuu/<str:code>/giay-to/<int:number>/", views.paper_file, name="paper_file"),
]
