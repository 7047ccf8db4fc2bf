"""Evidence bundles: everything needed to check one measurement offline, in one deterministic ZIP file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from django.db.models import Count, Max
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.errors import Conflict
from tinhso.measures import verify
from tinhso.measures.models import Measurement
from tinhso.measures.queries import inputs_text, row_lines, rule_sources
from tinhso.proof import merkle, tree
from tinhso.proof.leaves import entry_data
from tinhso.proof.models import Checkpoint, LogKey
from tinhso.proof.queries import countersigned_note, inclusion, latest_checkpoint

# One proof weighs about a kilobyte; a reader who holds another checkpoint gets its proof from the API.
MOST_PROOFS = 64
README = """TINH SO - GOI BANG CHUNG / EVIDENCE BUNDLE
{indicator} v{version} · {scope} · {as_of} · {numerator}/{denominator}

VI  Kiểm tra ngoại tuyến, chỉ cần Python 3.9 trở lên:
      python3 verify.py TỆP.zip --key KHÓA [--since ĐIỂM_CHỐT] [--recompute]
    Lấy verify.py và khóa từ nơi bạn tin; bản trong gói này chỉ để tiện dùng.
    Mã kết thúc: 0 đúng và khóa đã biết đã ký · 3 nhất quán, chưa rõ người ký · 1 có chỗ khác · 2 không đọc được.

EN  Check offline with nothing but Python 3.9 or later:
      python3 verify.py FILE.zip --key KEY [--since CHECKPOINT] [--recompute] --lang en
    Take verify.py and the keys from a place you trust; the copies in this bundle are a convenience.
    Exit: 0 it holds and a known key signed · 3 consistent, signer unknown · 1 something differs · 2 unreadable.

record.json      the measurement / bản ghi phép đo
entry.json       its entry in the log, the leaf's bytes / mục trong sổ
rows.jsonl       the rows counted, one a line / các hàng đã đếm
rows.leaves      the hash of each row / băm của từng hàng
inputs.json      what the rows were derived from / đầu vào
rule.json rule/  the rule's source text, the rule itself first / mã nguồn quy tắc
inclusion.json   the entry is in the log / mục nằm trong sổ
checkpoint.txt   the signed state of the log / điểm chốt đã ký
countersigned.txt   an earlier state that more parties signed / điểm chốt trước được nhiều bên ký hơn
consistency/     the log continues earlier checkpoints / sổ nối tiếp các điểm chốt trước
keys.txt         keys this server knows, not to be trusted from here / khóa máy chủ biết, chỉ để tham khảo
"""


class NotYetInLog(Conflict):
    """The measurement waits for the sequencer."""

    code = "not-yet-in-log"


def published(before: int) -> list[Checkpoint]:
    """Earlier checkpoints a reader is likely to hold, newest first: countersigned, last of a day, or recent."""
    earlier = Checkpoint.objects.filter(size__lt=before)
    by_day = earlier.order_by().values_list(TruncDate("at")).annotate(Max("size")).order_by("-size__max")
    likely = {size for _day, size in by_day[: MOST_PROOFS // 2]}
    for chosen in (earlier.filter(countersignatures__isnull=False).distinct(), earlier):
        likely.update(chosen.order_by("-size").values_list("size", flat=True)[: MOST_PROOFS // 4])
    return list(Checkpoint.objects.filter(size__in=likely).order_by("-size"))


def witnessed(index: int, now: Checkpoint) -> Checkpoint | None:
    """The earlier checkpoint over the leaf at `index` that most parties countersigned, the newest of these; None
    where none has more countersignatures than `now`.

    The log grows with every countersignature it takes, so that its latest state has rarely been signed yet.
    """
    covering = Checkpoint.objects.filter(size__gt=index, size__lte=now.size)
    best = covering.annotate(parties=Count("countersignatures")).order_by("-parties", "-size").first()
    return best if best and best != now and best.parties else None


def _consistency(now: Checkpoint, olds: Iterable[Checkpoint]) -> dict[str, bytes]:
    olds = list(olds)
    spans = [merkle.consistency_spans(old.size, now.size) for old in olds]
    found = iter(tree.hashes([span for planned in spans for span in planned]))
    return {
        f"consistency/{old.size}.json": canonical.dumps(
            {"old": old.size, "new": now.size, "root": old.root, "path": [next(found).hex() for _span in planned]}
        )
        for old, planned in zip(olds, spans, strict=True)
    }


def _rule(measurement: Measurement) -> dict[str, bytes]:
    modules = rule_sources(measurement)
    files = {f"rule/{name}.py": text.encode() for name, text in modules.items()}
    return {"rule.json": canonical.dumps(list(modules)), **files}


def contents(measurement: Measurement) -> dict[str, bytes]:
    """The members of a measurement's bundle against the latest checkpoint.

    NotYetInLog until the sequencer has run.
    """
    checkpoint = latest_checkpoint()
    place = inclusion(measurement.entry_id, checkpoint) if checkpoint else None
    if checkpoint is None or place is None:
        raise NotYetInLog(
            _("Phép đo chưa vào sổ."), place=str(measurement), mend=_("Thử lại sau vài giây khi bộ đánh số đã chạy.")
        )
    lines = row_lines(measurement)
    seen = witnessed(place.index, checkpoint)
    olds = sorted({*published(checkpoint.size), *([seen] if seen else [])}, key=lambda old: -old.size)
    return {
        "README.txt": README.format(**measurement.record_fields()).encode(),
        "record.json": measurement.record.encode(),
        "entry.json": entry_data(measurement.entry),
        "rows.jsonl": b"".join(line + b"\n" for line in lines),
        "rows.leaves": b"".join(merkle.leaf_hash(line).hex().encode() + b"\n" for line in lines),
        "inputs.json": inputs_text(measurement),
        **_rule(measurement),
        "inclusion.json": canonical.dumps({"index": place.index, "size": place.size, "path": place.path}),
        "checkpoint.txt": countersigned_note(checkpoint).encode(),
        **({verify.WITNESSED: countersigned_note(seen).encode()} if seen else {}),
        **_consistency(checkpoint, olds),
        "keys.txt": "".join(
            f"{verifier}\n" for verifier in LogKey.objects.order_by("id").values_list("verifier", flat=True)
        ).encode(),
        "verify.py": Path(verify.__file__).read_bytes(),
    }


def packed(files: dict[str, bytes]) -> bytes:
    """A ZIP whose bytes depend on its members alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in files.items():
            item = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            item.compress_type, item.create_system, item.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            archive.writestr(item, data)
    return buffer.getvalue()


def file_name(measurement: Measurement) -> str:
    """A name a person recognises."""
    return f"{measurement.indicator}_{measurement.as_of}_{measurement.pk}.zip"
