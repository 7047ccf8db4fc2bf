"""Addresses of the officers' desk."""

from django.urls import path

from tinhso.government.services.desk import views, views_bulk, views_succession

urlpatterns = [
    path("mot-cua/", views.inbox, name="desk"),
    path("mot-cua/bang/", views.board, name="board"),
    path("mot-cua/so/", views.register, name="desk_register"),
    path("mot-cua/nhieu/", views_bulk.bulk, name="bulk"),
    path("mot-cua/ke-thua/", views_succession.succession, name="succession"),
    path("mot-cua/ke-thua/<str:uid>/", views_succession.succession_of, name="succession_of"),
    path("mot-cua/ban-giao/", views.hand_list, name="hand_list"),
    path("mot-cua/ho-so/<str:code>/", views.dossier, name="desk_dossier"),
    path("mot-cua/ho-so/<str:code>/giay-to/<int:number>/", views.paper, name="desk_file"),
    path("mot-cua/ho-so/<str:code>/<slug:verb>/", views.act, name="act"),
]
