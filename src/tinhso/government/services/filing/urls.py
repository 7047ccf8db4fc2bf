"""Addresses of filing."""

from django.urls import path

from tinhso.government.services.filing import views, views_counter

urlpatterns = [
    path("dich-vu-cong/nop/<str:code>/", views.start, name="start"),
    path("dich-vu-cong/quay/<str:code>/", views_counter.counter, name="counter"),
    path("dich-vu-cong/ban-nhap/", views.drafts, name="drafts"),
    path("dich-vu-cong/ban-nhap/<uuid:uid>/", views.draft, name="draft"),
    path("dich-vu-cong/ban-nhap/<uuid:uid>/xoa/", views.delete_draft, name="delete_draft"),
    path("dich-vu-cong/ban-nhap/<uuid:uid>/phien-ban/", views.renew_draft, name="renew_draft"),
    path("dich-vu-cong/ban-nhap/<uuid:uid>/<slug:step>/", views.draft_step, name="draft_step"),
]
