"""Addresses of papers."""

from django.urls import path

from tinhso.government.services import views_papers

urlpatterns = [
    path("ho-so/<str:code>/giay-to/", views_papers.papers, name="papers"),
    path("ho-so/<str:code>/giay-to/giay-hen.pdf", views_papers.receipt, name="receipt"),
    path("ho-so/<str:code>/giay-to/<uuid:uid>.pdf", views_papers.paper, name="paper"),
    path("ho-so/giay-to/<uuid:uid>/lap-lai/", views_papers.retry, name="retry_paper"),
    path("so-theo-doi-ho-so/", views_papers.registers, name="registers"),
    path("so-theo-doi-ho-so/<uuid:uid>.pdf", views_papers.register, name="register"),
    path("xac-minh/", views_papers.verify, name="verify"),
]
