"""Addresses of the officers' desk."""

from django.urls import path

from tinhso.government.services import views_desk, views_desk_bulk

urlpatterns = [
    path("mot-cua/", views_desk.inbox, name="desk"),
    path("mot-cua/bang/", views_desk.board, name="board"),
    path("mot-cua/so/", views_desk.register, name="desk_register"),
    path("mot-cua/nhieu/", views_desk_bulk.bulk, name="bulk"),
    path("mot-cua/ban-giao/", views_desk.hand_list, name="hand_list"),
    path("mot-cua/ho-so/<str:code>/", views_desk.dossier, name="desk_dossier"),
    path("mot-cua/ho-so/<str:code>/giay-to/<int:number>/", views_desk.paper, name="desk_file"),
    path("mot-cua/ho-so/<str:code>/<slug:verb>/", views_desk.act, name="act"),
]
