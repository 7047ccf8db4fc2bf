"""Addresses of paying."""

from django.urls import path

from tinhso.government.services.paying import views

urlpatterns = [
    path("thu-le-phi/<str:code>/", views.cash, name="take_cash"),
]
