"""Work the worker starts by itself."""

from functools import partial

from django.conf import settings

from tinhso.foundation.dates import today
from tinhso.foundation.schedules import scheduled
from tinhso.government.services.catalogue.commands import refresh
from tinhso.government.services.dossiers.commands.erasure import erase_dossiers
from tinhso.government.services.filing.commands.drafts import expire_drafts
from tinhso.government.services.index.facts import settle
from tinhso.government.services.national.syncing import reconcile_daily, send_due
from tinhso.government.services.papers.commands import make_due
from tinhso.government.services.succession import move_succeeded, return_withdrawn
from tinhso.proof.audit import SYSTEM
from tinhso.proof.retention import erase_older

scheduled("services.papers", every_minutes=1)(make_due)
scheduled("services.sync", every_minutes=1)(send_due)
scheduled("services.reconcile", every_minutes=24 * 60)(reconcile_daily)
scheduled("services.facts", every_minutes=60)(settle)


@scheduled("services.succession", every_minutes=15)
def follow_register() -> None:
    """Dossiers are where the register of agencies says."""
    return_withdrawn()
    move_succeeded()


@scheduled("services.drafts", every_minutes=24 * 60)
def forget_drafts() -> None:
    expire_drafts(actor=SYSTEM)


@scheduled("services.catalogue_day", every_minutes=60)
def catalogue_day() -> None:
    """Lists and search follow the version whose first day has come."""
    refresh(today())


@scheduled("services.erasure", every_minutes=24 * 60)
def erase_ended() -> None:
    """Erase the personal data of dossiers whose term (TINHSO_DOSSIER_DETAIL_DAYS) is over, where that is set, and of
    those held back longer (TINHSO_DOSSIER_HELD_DAYS), where that is set as well."""
    days, held = settings.DOSSIER_DETAIL_DAYS, settings.DOSSIER_HELD_DAYS
    erase_older(days, erase_dossiers)
    if days and held:
        erase_older(max(days, held), partial(erase_dossiers, held=True))
