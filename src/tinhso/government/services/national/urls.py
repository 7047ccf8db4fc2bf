"""Addresses of the synchronisation with the national portal."""

from django.urls import path

from tinhso.government.services.national import views

urlpatterns = [
    path("dong-bo/", views.sync, name="sync"),
    path("dong-bo/<int:pk>/gui-lai/", views.retry_sync, name="retry_sync"),
]
