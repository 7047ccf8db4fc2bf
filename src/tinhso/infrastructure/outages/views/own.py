"""What an agency's own people see: its outages, the notices sent to it, planned work that would cut it off."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.network.coverage import default_scope
from tinhso.infrastructure.outages.models import Contact
from tinhso.infrastructure.outages.months import month_of_agencies
from tinhso.infrastructure.outages.queries import notices_to, outages_of
from tinhso.infrastructure.outages.views.shared import TONES, crumbs
from tinhso.infrastructure.outages.warning import coming_for


@requires("outages.own")
def own(request: HttpRequest) -> HttpResponse:
    """The agencies that the reader acts for: what cuts them off now, what will, what they were told, how the month
    went. A role bound to no agency shows none: the board is for those who watch over all."""
    user: Any = request.user
    uids = sorted(user.agency_uids() or ())
    known = agencies_by_uid(uids)
    scope = default_scope()
    month = month_of_agencies(scope, today().replace(day=1)) if scope and uids else None
    mailboxes = set(Contact.objects.known_at().filter(agency_uid__in=uids).values_list("agency_uid", flat=True))
    context = {
        "crumbs": crumbs((_("Cơ quan của tôi"), "")),
        "agencies": [known[uid] for uid in uids if uid in known],
        "unaddressed": [known[uid] for uid in uids if uid in known and uid not in mailboxes],
        "rows": [(outage, TONES[outage.state]) for outage in outages_of(uids)],
        "windows": coming_for(uids),
        "notices": [(one, known.get(one.agency_uid)) for one in notices_to(uids)],
        "months": [row for row in month.rows if row.subject.uid in uids and row.watched] if month else [],
        "month": today().replace(day=1),
    }
    return render(request, "outages/own.html", context)
