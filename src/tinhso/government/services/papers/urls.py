"""Addresses of papers."""

from django.urls import path

from tinhso.government.services.papers import views

urlpatterns = [
    path("ho-so/<str:code>/giay-to/", views.papers, name="papers"),
    path("ho-so/<str:code>/giay-to/giay-hen.pdf", views.receipt, name="receipt"),
    path("ho-so/<str:code>/giay-to/<uuid:uid>.pdf", views.paper, name="paper"),
    path("ho-so/giay-to/<uuid:uid>/lap-lai/", views.retry, name="retry_paper"),
    path("so-theo-doi-ho-so/", views.registers, name="registers"),
    path("so-theo-doi-ho-so/<uuid:uid>.pdf", views.register, name="register"),
    path("xac-minh/", views.verify, name="verify"),
]
