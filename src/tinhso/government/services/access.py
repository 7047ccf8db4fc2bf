"""Who may do what to which dossier: one table, read by commands, pages and tests alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tinhso.foundation.access import may, permission
from tinhso.foundation.errors import Forbidden
from tinhso.foundation.text import Text
from tinhso.government.services.ground.process import VERBS, Task

if TYPE_CHECKING:
    from tinhso.government.services.models import Dossier
    from tinhso.identity.models.people import Mandate

permission(
    "services.edit_catalogue",
    Text("Biên tập danh mục thủ tục", "Edit the catalogue of procedures"),
    roles={"editor", "administrator"},
)
permission("services.file", Text("Nộp hồ sơ", "File a dossier"), roles={"citizen"})
permission("services.receive", Text("Tiếp nhận tại một cửa", "Receive at the one-stop shop"), roles={"clerk"})
permission("services.desk", Text("Xử lý hồ sơ", "Handle dossiers"), roles={"clerk", "officer", "leader"})
permission("services.lead", Text("Điều hành xử lý hồ sơ", "Direct the handling of dossiers"), roles={"leader"})
permission(
    "services.assign_succeeded",
    Text("Giao hồ sơ của cơ quan đã kết thúc", "Assign dossiers of agencies that ended"),
    roles={"leader", "administrator"},
)
permission("services.audit", Text("Kiểm tra mọi hồ sơ", "Inspect every dossier"), roles={"auditor"})
permission(
    "services.report",
    Text("Báo cáo giải quyết thủ tục", "Reports on procedures"),
    roles={"leader", "programme_province", "auditor"},
)

permission(
    "services.synchronise",
    Text("Theo dõi đồng bộ với Cổng quốc gia", "Watch the synchronisation with the national portal"),
    roles={"leader", "administrator", "auditor"},
)

#: own: the dossier's owner. received: an agency that helped or received. competent: the agency it falls to.
#: task: the agency of the open task named in the act.
MATRIX: Mapping[str, Mapping[str, frozenset[str]]] = {
    verb: {role: frozenset(scopes.split()) for role, scopes in roles.items()}
    for verb, roles in {
        "submit": {"citizen": "own", "clerk": "received"},
        "accept": {"clerk": "received competent"},
        "refuse": {"clerk": "received competent"},
        "request_supplements": {"clerk": "received competent", "officer": "competent", "leader": "competent"},
        "supplement": {"citizen": "own", "clerk": "received competent"},
        "claim": {"clerk": "task", "officer": "task", "leader": "task"},
        "hand_over": {"officer": "task", "leader": "task"},
        "complete_step": {"clerk": "task", "officer": "task", "leader": "task"},
        "return_step": {"officer": "task", "leader": "task"},
        "consult": {"officer": "competent", "leader": "competent"},
        "answer": {"officer": "task", "leader": "task"},
        "note": {"clerk": "received competent", "officer": "competent task", "leader": "competent task"},
        "attach": {"clerk": "received competent", "officer": "competent task", "leader": "competent task"},
        "suspend": {"officer": "competent", "leader": "competent"},
        "resume": {"officer": "competent", "leader": "competent"},
        "request_payment": {"officer": "competent", "leader": "competent"},
        "pay": {"clerk": "received competent"},
        "refund": {"clerk": "received competent"},
        "withdraw": {"citizen": "own", "clerk": "received competent"},
        "approve_withdrawal": {"officer": "competent", "leader": "competent"},
        "decline_withdrawal": {"leader": "competent"},
        "stop": {"leader": "competent"},
        "reappoint": {"leader": "competent"},
        "finish": {"clerk": "task", "officer": "task", "leader": "task"},
        "return_result": {"clerk": "received competent"},
        "rate": {"citizen": "own"},
        "succeed": {},
    }.items()
}
#: What the system itself may do: bank notifications, successions of agencies, and people who track by code and secret.
SYSTEM_VERBS = frozenset({"pay", "refund", "succeed"})
HOLDER_VERBS = frozenset({"supplement", "withdraw", "rate"})

STAFF = frozenset({"clerk", "officer", "leader"})
#: Who may do the work of a step that asks for a role; consultations ask for officers.
DOERS = {
    "clerk": STAFF,
    "officer": frozenset({"officer", "leader"}),
    "leader": frozenset({"leader"}),
}
WORK = frozenset({"claim", "complete_step", "return_step", "finish", "answer"})


def doers(dossier: Dossier, task: Task) -> frozenset[str]:
    """The roles that may do a task."""
    return DOERS[dossier.version.definition.steps[task.step].role if task.kind == "step" else "officer"]


def mandate_for(user: Any, dossier: Dossier, verb: str, task: Task | None = None) -> Mandate | None:
    """The mandate by which a person may do this (as far as the dossier's state allows): their own before one lent to
    them; None where none allows it.

    What somebody holds is done by them or by whoever deputises for them; a leader may hand it over.
    """
    if not (user.is_authenticated and user.is_active):
        return None
    found = [mandate for mandate in user.mandates if _allows(user, mandate, dossier, verb, task)]
    return min(found, key=lambda mandate: mandate.giver, default=None)


def _allows(user: Any, mandate: Mandate, dossier: Dossier, verb: str, task: Task | None) -> bool:
    scopes = MATRIX[verb].get(mandate.role, frozenset())
    if not scopes & _scopes(user, mandate, dossier, task):
        return False
    if task is None or verb not in WORK | {"hand_over"}:
        return True
    mine = task.holder in {"", f"user:{user.pk}", f"user:{mandate.giver or user.pk}"}
    if verb == "hand_over":
        return mine or mandate.role == "leader"
    return (mine or verb == "claim") and mandate.role in doers(dossier, task)


def _scopes(user: Any, mandate: Mandate, dossier: Dossier, task: Task | None) -> set[str]:
    """In which ways a mandate reaches a dossier."""
    if mandate.role == "citizen":
        return {"own"} if dossier.owner_id == user.pk else set()
    uids = user.reach(mandate)

    def acts_for(uid: str) -> bool:
        return bool(uid) and (uids is None or uid in uids)

    found = {"competent"} if acts_for(dossier.competent_uid) else set()
    if acts_for(dossier.received_uid) or acts_for(dossier.helped_uid):
        found.add("received")
    if task is not None and acts_for(task.agency):
        found.add("task")
    return found


def permits(user: Any, dossier: Dossier, verb: str, task: Task | None = None) -> bool:
    """Whether a person may do this to this dossier (as far as its state allows)."""
    return mandate_for(user, dossier, verb, task) is not None


def check(user: Any, dossier: Dossier, verb: str, task: Task | None = None) -> Mandate:
    """The mandate that allows it, or Forbidden, naming the act."""
    mandate = mandate_for(user, dossier, verb, task)
    if mandate is None:
        raise Forbidden(
            _("Bạn không được phép: %(act)s với hồ sơ này.") % {"act": VERBS[verb].title}, place=f"services.{verb}"
        )
    return mandate


def staff_agencies(user: Any) -> set[str] | None:
    """The agencies a person handles dossiers for; None means every one."""
    held = user.role_codes() & STAFF if user.is_authenticated and user.is_active else set()
    return user.agency_uids(*held) if held else set()


def assignable(user: Any, heirs: Iterable[str]) -> set[str]:
    """To which of an ended agency's successors a person may move its dossiers: leaders to those they lead, and whoever
    leads every agency or keeps the register to any."""
    if not may(user, "services.assign_succeeded"):
        return set()
    uids = None if may(user, "identity.import_agencies") else user.agency_uids("leader")
    return set(heirs) if uids is None else set(heirs) & uids


def readable(user: Any) -> Q:
    """The dossiers a person may read: their own, those of agencies they act for, or all for auditors."""
    from tinhso.government.services.models import DossierTask

    if not user.is_authenticated:
        return Q(pk=None)
    uids = staff_agencies(user)
    if uids is None or may(user, "services.audit"):
        return Q()
    mine = Q(owner=user)
    if uids:
        asked = DossierTask.objects.filter(dossier=OuterRef("pk"), agency_uid__in=uids)
        mine |= Q(competent_uid__in=uids) | Q(received_uid__in=uids) | Q(helped_uid__in=uids) | Q(Exists(asked))
    return mine


def paper_readable(user: Any) -> Q:
    """The issued papers a person may read: those of their own dossiers but for internal ones; all of an agency that
    helped, received or is competent, and its registers. Nobody else: a receipt carries the tracking secret."""
    from tinhso.government.services.models.issued import INTERNAL

    if not user.is_authenticated or not user.is_active:
        return Q(pk=None)
    uids = staff_agencies(user)
    if uids is None:
        return Q()
    own = Q(dossier__owner=user) & ~Q(form__in=INTERNAL)
    if not uids:
        return own
    named = Q(dossier__competent_uid__in=uids) | Q(dossier__received_uid__in=uids) | Q(dossier__helped_uid__in=uids)
    return own | named | Q(dossier=None, agency_uid__in=uids)
