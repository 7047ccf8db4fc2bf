"""Addresses of filing and tracking."""

from django.urls import path

from tinhso.government.services import views_counter, views_filing, views_tracking

urlpatterns = [
    path("dich-vu-cong/nop/<str:code>/", views_filing.start, name="start"),
    path("dich-vu-cong/quay/<str:code>/", views_counter.counter, name="counter"),
    path("dich-vu-cong/ban-nhap/", views_filing.drafts, name="drafts"),
    path("dich-vu-cong/ban-nhap/<uuid:uid>/", views_filing.draft, name="draft"),
    path("dich-vu-cong/ban-nhap/<uuid:uid>/xoa/", views_filing.delete_draft, name="delete_draft"),
    path("dich-vu-cong/ban-nhap/<uuid:uid>/phien-ban/", views_filing.renew_draft, name="renew_draft"),
    path("dich-vu-cong/ban-nhap/<uuid:uid>/<slug:step>/", views_filing.draft_step, name="draft_step"),
    path("dich-vu-cong/da-nop/<str:code>/", views_tracking.filed, name="filed"),
    path("ho-so-cua-toi/", views_tracking.mine, name="mine"),
    path("tra-cuu/", views_tracking.track, name="track"),
    path("tra-cuu/<str:code>/", views_tracking.dossier, name="dossier"),
    path("tra-cuu/<str:code>/giay-to/<int:number>/", views_tracking.paper_file, name="paper_file"),
]
