"""What forms 01 to 05 and the result say: canonical values, fixed when the paper gets its number."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.dossiers.clocking import explanation
from tinhso.government.services.filing.guided import told
from tinhso.government.services.ground.definition import COPIES
from tinhso.government.services.papers import qr
from tinhso.government.services.papers.heads import (
    ONE_STOP,
    Block,
    Source,
    day_words,
    head,
    line,
    moment,
    signer,
    table,
    text,
)
from tinhso.workdays.explain import digest
from tinhso.workdays.queries import by_hash
from tinhso.workdays.words import line_text

HOW = "Quét mã để kiểm tra giấy này, không cần mạng, tại trang Xác minh của cổng dịch vụ công."
LANGUAGES = {"01": ("vi", "en"), "04": ("vi", "en")}


def content(source: Source) -> dict[str, Any]:
    """Everything a letter says. The caller speaks Vietnamese."""
    dossier = source.dossier
    made = head(
        source.paper,
        source.agencies,
        reference=dossier.code,
        demonstration=dossier.demonstration,
        unit=ONE_STOP if source.paper.form in {"01", "02", "03"} else "",
    )
    return made | LETTERS[source.paper.form](source)


def _receipt(source: Source) -> dict[str, Any]:
    dossier, definition = source.dossier, source.dossier.version.definition
    names = {item["code"]: item["name"]["vi"] for item in definition.content["documents"]}
    given = dossier.papers.filter(added_at__lte=source.event.at).exclude(origin="issued").order_by("id")
    handed = [f"{names.get(item.document, item.document)} ({COPIES[item.copy_kind].vi})" for item in given]
    blocks = [
        line("Bộ phận tiếp nhận", source.agency(source.paper.agency_uid)),
        *source.who(),
        *(
            [text("Thành phần hồ sơ nộp gồm:"), {"kind": "list", "items": handed}]
            if handed
            else [line("Thành phần hồ sơ nộp", "tờ khai điện tử")]
        ),
        line("Số lượng hồ sơ", "01 bộ"),
        line("Thời gian giải quyết theo quy định", str(definition.rule)),
        line("Thời gian nhận hồ sơ", moment(source.event.at)),
        *_due(source),
        line("Cơ quan giải quyết", source.agency(dossier.competent_uid)),
        line("Nhận kết quả tại", f"{ONE_STOP}, {source.agency(dossier.received_uid or dossier.competent_uid)}"),
        line("Phí, lệ phí", f"{definition.fee:,} đồng".replace(",", ".") if definition.fee else "không"),
    ]
    return {
        "blocks": blocks,
        "signers": [
            signer("Người nộp hồ sơ", source.handed_in_by, sealed=False),
            signer("Người tiếp nhận hồ sơ", source.actor),
        ],
        **_promise(source),
    }


def _due(source: Source) -> list[Block]:
    at = source.told[0].at if source.told else None
    return [line("Thời gian trả kết quả giải quyết hồ sơ", moment(at) if at else "thông báo sau")]


def _promise(source: Source) -> dict[str, Any]:
    """The code of the appointment, and its date explained day by day."""
    dossier = source.dossier
    if source.told is None or source.told[0].at is None:
        return {}
    answer, lines = source.told
    assert answer.at is not None
    rule, calendar, sha256 = dossier.version.definition.rule, by_hash(dossier.calendar_sha256), digest(lines)
    promise = qr.Promise(source.paper.form, dossier.code, answer.at, rule.version, calendar.version, sha256)
    versions = f"Quy tắc {rule.version}, lịch {calendar.version}, SHA-256 {sha256[:16]}…"
    days: Block = {"kind": "days", "language": "vi", "title": "Vì sao hẹn ngày này", "note": versions}
    after = [days | {"lines": [line_text(item, "vi") for item in lines]}]
    if source.paper.language == "en":
        words = [line_text(item, "en") for item in lines]
        after.append({"kind": "days", "language": "en", "title": "Why this date", "lines": words, "note": ""})
    return {"qr": qr.signed(promise), "how": HOW, "after": after}


def _supplements(source: Source) -> dict[str, Any]:
    documents = {item["code"]: item["name"]["vi"] for item in source.dossier.version.definition.content["documents"]}
    wanted = [documents.get(code, code) for code in source.data.get("papers", ())]
    listed = [text("Yêu cầu bổ sung, hoàn thiện hồ sơ gồm:"), {"kind": "list", "items": wanted}] if wanted else []
    return {
        "blocks": [
            *source.who(),
            *listed,
            line("Lý do", source.words.get("reason", "")),
            text(
                "Thời gian kể từ ngày yêu cầu đến ngày nhận đủ giấy tờ bổ sung không tính vào thời hạn giải quyết. "
                "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, ông/bà liên hệ bộ phận đã tiếp nhận hồ sơ."
            ),
        ],
        "signers": [
            signer("Người nộp hồ sơ", source.handed_in_by, sealed=False),
            signer("Người hướng dẫn", source.actor),
        ],
    }


def _refusal(source: Source) -> dict[str, Any]:
    return {
        "blocks": [
            *source.who(),
            text(
                "Qua xem xét, cơ quan thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau: "
                + source.words.get("reason", "…")
            ),
            text("Xin thông báo để ông/bà được biết và thực hiện."),
        ],
        "signers": [
            signer("Người nộp hồ sơ", source.handed_in_by, sealed=False),
            signer("Người tiếp nhận hồ sơ", source.actor),
        ],
    }


def _apology(source: Source) -> dict[str, Any]:
    dossier = source.dossier
    before = explanation(dossier, source.event.number - 1)
    promised = before[0].at if before else None
    anew = datetime.fromisoformat(source.data["to"])
    agency = source.agency(source.paper.agency_uid)
    assert dossier.received_at is not None
    received = day_words(dossier.received_at.astimezone(VIETNAM).date()).capitalize()
    return {
        "blocks": [
            {"kind": "to", "text": f"Kính gửi: Ông/Bà {source.applicant.name}"},
            text(
                f"{received}, {agency} tiếp nhận giải quyết hồ sơ "
                f"«{source.procedure}» của ông/bà, mã số {dossier.code}."
            ),
            line("Thời gian hẹn trả kết quả", moment(promised) if promised else ""),
            text(f"Tuy nhiên, {agency} chưa trả được kết quả đúng thời hạn ghi trong giấy hẹn."),
            line("Lý do", source.words.get("reason", "")),
            text(
                f"{agency} xin lỗi ông/bà vì sự chậm trễ này và hẹn trả kết quả giải quyết hồ sơ cho ông/bà "
                f"lúc {moment(anew)}."
            ),
            text("Mong nhận được sự thông cảm của ông/bà."),
        ],
        "signers": [signer("Thủ trưởng cơ quan, đơn vị", source.actor)],
        "copies": ["Như trên", "Lưu: VT, bộ phận một cửa"],
        **_promise(source),
    }


def _stopping(source: Source) -> dict[str, Any]:
    agency = source.agency(source.paper.agency_uid)
    withdrawn = source.event.kind == "withdrawn"
    why = "theo yêu cầu rút hồ sơ của người nộp" if withdrawn else source.words.get("reason", "…")
    return {
        "blocks": [
            {"kind": "to", "text": f"Kính gửi: Ông/Bà {source.applicant.name}"},
            line("Mã hồ sơ", source.dossier.code),
            line("Thủ tục hành chính", source.procedure),
            text(f"{agency} thông báo dừng giải quyết hồ sơ nêu trên kể từ {moment(source.event.at)}."),
            line("Lý do", why),
            text(
                "Giấy tờ bản chính đã nộp và khoản tiền được hoàn (nếu có) trả lại cho ông/bà tại bộ phận đã tiếp "
                "nhận hồ sơ. Ông/bà có quyền khiếu nại theo quy định của pháp luật."
            ),
        ],
        "signers": [signer("Thủ trưởng cơ quan, đơn vị", source.actor)],
        "copies": ["Như trên", "Lưu: VT, bộ phận một cửa"],
    }


def _result(source: Source) -> dict[str, Any]:
    dossier, definition = source.dossier, source.dossier.version.definition
    agency = source.agency(source.paper.agency_uid)
    granted = source.data.get("outcome", "granted") == "granted"
    person = source.applicant
    name = definition.content["result"]["name"]
    born = f"{person.birth_date:%d/%m/%Y}" if person.birth_date else ""
    decided = f"đồng ý cấp «{name['vi']}»" if granted else f"không đồng ý cấp «{name['vi']}»"
    return {
        "title": name["vi"] if granted else f"Thông báo kết quả: {name['vi']}",
        "title_en": name["en"] if granted else f"Notice of the result: {name['en']}",
        "blocks": [
            *(line("Căn cứ", basis["vi"]) for basis in definition.content["legal_basis"]),
            text(f"Xét hồ sơ mã số {dossier.code} về việc «{source.procedure}», {agency} {decided} cho:"),
            line("Họ và tên, tên tổ chức", person.name),
            *([line("Ngày sinh", born)] if born else []),
            *([line("Số định danh", person.id_number)] if person.id_number else []),
            line("Địa chỉ", person.address),
            *_answers(source),
        ],
        "signers": [signer("Thủ trưởng cơ quan, đơn vị", source.actor)],
        "copies": ["Người đề nghị", "Lưu: VT, hồ sơ"],
    }


def _answers(source: Source) -> list[Block]:
    """What the form was answered, tables and all; open questions are left out."""
    answers = getattr(source.dossier, "answers", None)
    values = json.loads(answers.values or "{}") if answers else {}
    found: list[Block] = []
    for item in told(source.dossier.version.definition, values):
        if item.rows:
            heads = [column.vi for column in item.columns]
            found += [text(f"{item.label.vi}:"), table(heads, [1] * len(heads), item.rows)]
        elif item.text != "—":
            found.append(line(item.label.vi, item.text))
    return found


LETTERS: dict[str, Callable[[Source], dict[str, Any]]] = {
    "01": _receipt,
    "02": _supplements,
    "03": _refusal,
    "04": _apology,
    "05": _stopping,
    "result": _result,
}
