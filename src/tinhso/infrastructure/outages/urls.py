"""Addresses of outages."""

from django.urls import path

from tinhso.infrastructure.outages.views import maintenance, outages, own, promises, senders

app_name = "outages"
urlpatterns = [
    path("su-co/", outages.outages, name="outages"),
    path("su-co/truc/", outages.duty, name="board"),
    path("su-co/co-quan-toi/", own.own, name="own"),
    path("su-co/do-san-sang/", outages.availability, name="availability"),
    path("su-co/bao-tri/", maintenance.windows, name="windows"),
    path("su-co/bao-tri/lap/", maintenance.plan, name="plan"),
    path("su-co/bao-tri/<uuid:uid>/", maintenance.window, name="window"),
    path("su-co/bao-tri/<uuid:uid>/duyet/", maintenance.approve, name="approve"),
    path("su-co/bao-tri/<uuid:uid>/<slug:what>/", maintenance.change, name="change_window"),
    path("su-co/nguon/", senders.sources, name="sources"),
    path("su-co/nguon/chua-khop/", senders.unmatched, name="unmatched"),
    path("su-co/nguon/<slug:slug>/", senders.source, name="source"),
    path("su-co/cam-ket/", promises.promises, name="promises"),
    path("su-co/cam-ket/dat/", promises.set_promise, name="set_promise"),
    path("su-co/dia-chi/", promises.contacts, name="contacts"),
    path("su-co/<uuid:uid>/", outages.outage, name="outage"),
    path("su-co/<uuid:uid>/bao-cao.pdf", outages.report, name="report"),
    path("su-co/<uuid:uid>/<slug:what>/", outages.act, name="act"),
]
