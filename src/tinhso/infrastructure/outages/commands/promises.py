"""What is promised, and whom to tell."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.identity.commands.people import checked_email
from tinhso.identity.models import Agency
from tinhso.infrastructure.outages.codes import AGENCY, SUBJECTS
from tinhso.infrastructure.outages.models import Contact, Promise
from tinhso.infrastructure.outages.models.promises import WHOLE
from tinhso.places.models import Unit
from tinhso.proof.audit import Actor, command, note, nothing_changed


@command("outages.promise")
def promise(*, actor: Actor, subject: str, key: str, availability: int, valid_from: date, basis: str) -> Promise:
    """From a day on, this monthly availability (millionths) is promised to a unit, an agency, or (`key` empty) to all;
    until the day of a later promise where there is one already. What held before stays on record."""
    if subject not in SUBJECTS:
        raise Invalid(_("Chỉ cam kết cho đơn vị hoặc cơ quan."), place="subject", mend=", ".join(SUBJECTS))
    if not 0 < availability <= WHOLE:
        raise Invalid(_("Mức sẵn sàng phải lớn hơn 0 và không quá 100%."), place="availability", mend="99.5")
    basis = " ".join(basis.split())
    if not basis or len(basis) > 300:
        raise Invalid(_("Cần căn cứ, không quá 300 ký tự."), place="basis", mend=_("Ghi điều khoản cam kết."))
    known = Agency.objects.known_at().filter(uid=key) if subject == AGENCY else Unit.objects.known_at().filter(code=key)
    if key and not known.exists():
        raise Invalid(_("Không có “%(key)s”.") % {"key": key[:80]}, place="key", mend=_("Chép đúng mã."))
    rows = Promise.objects.filter(subject=subject, key=key).known_at().select_for_update()
    before = rows.valid_on(valid_from).first()
    if before and (before.valid_from, before.availability, before.basis) == (valid_from, availability, basis):
        nothing_changed()
        return before
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    moment = timezone.now()
    if before:
        rows.filter(pk=before.pk).supersede(moment)
        if before.valid_from != valid_from:
            kept = before.again(valid_to=valid_from)
            kept.recorded_at = moment
            kept.save()
    made = Promise.objects.create(
        subject=subject,
        key=key,
        availability=availability,
        basis=basis,
        valid_from=valid_from,
        valid_to=later.valid_from if later else None,
        recorded_at=moment,
    )
    note(
        target=f"promise:{subject}:{key}",
        before={"availability": before.availability if before else None},
        after={"availability": availability, "from": valid_from.isoformat(), "basis": basis},
    )
    return made


@command("outages.set_contact")
def set_contact(*, actor: Actor, agency_uid: str, email: str) -> Contact:
    """Notices to an agency also go to this mailbox of its office."""
    if not Agency.objects.known_at().filter(uid=agency_uid).exists():
        raise Invalid(
            _("Không có cơ quan “%(uid)s”.") % {"uid": agency_uid[:80]}, place="agency", mend=_("Chép đúng mã cơ quan.")
        )
    address = checked_email(email)
    held = Contact.objects.known_at().filter(agency_uid=agency_uid, email=address).first()
    if held:
        nothing_changed()
        return held
    note(target=f"agency:{agency_uid}", after={"contact": "added"})
    return Contact.objects.create(agency_uid=agency_uid, email=address)


@command("outages.drop_contact")
def drop_contact(*, actor: Actor, contact: Contact) -> None:
    """No more notices go to this mailbox."""
    if not Contact.objects.filter(pk=contact.pk).supersede(timezone.now()):
        nothing_changed()
        return
    note(target=f"agency:{contact.agency_uid}", after={"contact": "dropped"})
