"""The API of the log: everything one needs to check it, open to everyone; the audit for who may read it."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.errors import Invalid, Problem
from tinhso.proof import commands, queries
from tinhso.proof.models import AuditRecord, Checkpoint, Entry, Leaf, LogKey

router = Router(tags=["proof"])
Size = Annotated[int, Field(ge=0, le=2**53 - 1)]
Hex32 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Paging(Schema):
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=2**53 - 1)


class CheckpointOut(Schema):
    """A signed state of the log. `note` is a C2SP signed note with every countersignature received."""

    size: int
    root: str
    at: datetime
    note: str


class CheckpointPage(Schema):
    count: int
    items: list[CheckpointOut]


class InclusionOut(Schema):
    """Proof by RFC 6962 §2.1.1 that a leaf is in the log of `size`; `path` runs from the leaf upwards, in hex."""

    entry: int
    leaf_hash: str
    index: int
    size: int
    root: str
    path: list[str]


class ConsistencyOut(Schema):
    """Proof by RFC 6962 §2.1.2 that the log of `old` leaves is a prefix of the log of `new`, in hex."""

    old: int
    new: int
    path: list[str]


class KeyOut(Schema):
    """A key whose signatures count in [valid_from, valid_to)."""

    role: str
    owner: str
    name: str
    algorithm: str
    verifier: str
    valid_from: datetime
    valid_to: datetime | None


class EntryOut(Schema):
    """An entry of the log. SHA-256(0x00 ‖ data) is the leaf hash; `data` is null for kinds that are not public."""

    id: int
    kind: str
    subject: str
    recorded_at: datetime
    index: int | None = Field(description="null while it waits for the sequencer")
    leaf_hash: str | None
    data: str | None


class EntryPage(Schema):
    count: int
    items: list[EntryOut]


class LineIn(Schema):
    line: str = Field(max_length=1000, description="— name base64, as printed by tinhso sign")


class CountersignatureOut(Schema):
    size: int
    key: str
    line: str


class AuditOut(Schema):
    id: int
    verb: str
    actor_code: str
    actor_name: str
    target: str
    at: datetime
    detail_hash: str
    entry_id: int


class AuditPage(Schema):
    count: int
    items: list[AuditOut]


class AuditQuery(Paging):
    actor: str = Field("", max_length=80)
    verb: str = Field("", max_length=80)
    target: str = Field("", max_length=200)
    since: date | None = None
    until: date | None = None


def _checkpoint(size: int | None = None) -> Checkpoint:
    found = Checkpoint.objects.filter(size=size).first() if size is not None else queries.latest_checkpoint()
    if found is None:
        raise Problem(_("Không có điểm chốt này."), status=404, code="not-found", place=str(size or ""))
    return found


def _checkpoint_out(row: Checkpoint) -> dict[str, Any]:
    return {"size": row.size, "root": row.root, "at": row.at, "note": queries.countersigned_note(row)}


def _entry_out(entry: Entry) -> dict[str, Any]:
    leaf: Leaf | None = getattr(entry, "leaf", None)
    return {
        "id": entry.pk,
        "kind": entry.kind,
        "subject": entry.subject,
        "recorded_at": entry.recorded_at,
        "index": leaf.index if leaf else None,
        "leaf_hash": leaf.hash if leaf else None,
        "data": queries.published_data(entry),
    }


@router.get("/checkpoint", response=CheckpointOut, auth=None)
def latest_checkpoint(request: HttpRequest) -> dict[str, Any]:
    """The latest checkpoint."""
    return _checkpoint_out(_checkpoint())


@router.get("/checkpoints", response=CheckpointPage, auth=None)
def checkpoints(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Checkpoints, the newest first."""
    rows = Checkpoint.objects.order_by("-size").prefetch_related("countersignatures")
    part = rows[paging.offset : paging.offset + paging.limit]
    return {"count": rows.count(), "items": [_checkpoint_out(row) for row in part]}


@router.get("/checkpoints/{size}", response=CheckpointOut, auth=None)
def checkpoint(request: HttpRequest, size: Size) -> dict[str, Any]:
    """The checkpoint at a size."""
    return _checkpoint_out(_checkpoint(size))


@router.post("/checkpoints/{size}/countersignatures", response=CountersignatureOut, auth=None)
def countersign(request: HttpRequest, size: Size, body: LineIn) -> dict[str, Any]:
    """Add a countersignature. The signature itself is the authorisation: only a registered key's is taken."""
    state = _checkpoint(size)
    made = commands.countersign(actor=commands.signer_of(body.line), checkpoint=state, line=body.line)
    return {"size": size, "key": made.key.verifier, "line": made.line}


@router.get("/inclusion", response=InclusionOut, auth=None)
def inclusion(
    request: HttpRequest, entry: Size | None = None, leaf_hash: Hex32 | None = None, size: Size | None = None
) -> dict[str, Any]:
    """Proof that an entry, named by its id or by its leaf hash, is in the log at a checkpoint (default: the latest)."""
    if (entry is None) == (leaf_hash is None):
        raise Invalid(_("Cần đúng một trong hai: entry hoặc leaf_hash."), place="entry, leaf_hash")
    wanted = Leaf.objects.filter(entry_id=entry) if entry is not None else Leaf.objects.filter(hash=leaf_hash)
    leaf, state = wanted.order_by("index").first(), _checkpoint(size)
    proof = queries.inclusion(leaf.entry_id, state) if leaf else None
    if leaf is None or proof is None:
        raise Problem(_("Mục này chưa có trong sổ tại điểm chốt đó."), status=404, code="not-found", place="entry")
    return {
        "entry": leaf.entry_id,
        "leaf_hash": leaf.hash,
        "index": proof.index,
        "size": proof.size,
        "root": state.root,
        "path": proof.path,
    }


@router.get("/consistency", response=ConsistencyOut, auth=None)
def consistency(request: HttpRequest, old: Size, new: Size | None = None) -> dict[str, Any]:
    """Proof that the log only grew from one size to another (default: the latest checkpoint's)."""
    reached = _checkpoint().size if new is None else new
    return {"old": old, "new": reached, "path": queries.consistency(old, reached)}


@router.get("/keys", response=list[KeyOut], auth=None)
def keys(request: HttpRequest) -> Any:
    """Every key that signs this log or did."""
    return LogKey.objects.order_by("role", "valid_from", "id")


@router.get("/entries", response=EntryPage, auth=None)
def entries(
    request: HttpRequest,
    paging: Query[Paging],
    kind: Annotated[str, Field(max_length=60)] = "",
    subject: Annotated[str, Field(max_length=200)] = "",
) -> dict[str, Any]:
    """Entries that have their place in the log, the newest first; of one kind and one subject when given."""
    if not kind and not subject:
        recent = queries.RecentLeaves()
        part = recent[paging.offset : paging.offset + paging.limit]
        return {"count": len(recent), "items": [_entry_out(leaf.entry) for leaf in part]}
    wanted = {name: text for name, text in (("kind", kind), ("subject", subject)) if text}
    rows = Entry.objects.filter(leaf__isnull=False, **wanted).select_related("leaf").order_by("-leaf__index")
    chosen = rows[paging.offset : paging.offset + paging.limit]
    return {"count": rows.count(), "items": [_entry_out(entry) for entry in chosen]}


@router.get("/entries/{entry_id}", response=EntryOut, auth=None)
def entry(request: HttpRequest, entry_id: Size) -> dict[str, Any]:
    """One entry."""
    found = Entry.objects.select_related("leaf").filter(pk=entry_id).first()
    if found is None:
        raise Problem(_("Không có mục này."), status=404, code="not-found", place=str(entry_id))
    return _entry_out(found)


@router.get("/audit", response=AuditPage)
def audit(request: HttpRequest, wanted: Query[AuditQuery]) -> dict[str, Any]:
    """Audit records for who may read them, the newest first; the values before and after are read on the page."""
    user: Any = request.user
    check(user, "proof.audit")
    filters = wanted.dict(exclude={"limit", "offset"})
    rows = AuditRecord.objects.visible_to(user).about(**filters).order_by("-id")
    return {"count": rows.count(), "items": list(rows[wanted.offset : wanted.offset + wanted.limit])}
