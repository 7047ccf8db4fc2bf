"""Every page that takes what people type keeps it when it refuses, and speaks of fields by their labels."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tinhso.government.services.catalogue.commands import save_draft
from tinhso.government.services.tests import recipes as services_recipes
from tinhso.government.services.tests.recipes import definition, procedure
from tinhso.identity.models import RoleGrant, User
from tinhso.identity.tests.recipes import agency, signed_in, someone
from tinhso.infrastructure.network.models import AgencyConnection, Network
from tinhso.infrastructure.network.tests.coverage_recipes import REAL, network, write
from tinhso.infrastructure.outages.commands import plan_maintenance
from tinhso.infrastructure.outages.models import Outage
from tinhso.infrastructure.outages.tests import recipes as outages_recipes
from tinhso.measures.models import Question
from tinhso.payments.commands import ask_refund
from tinhso.payments.models import BankAccount
from tinhso.payments.tests import recipes as money
from tinhso.programme import commands
from tinhso.programme.models import Commitment, EvidenceLink
from tinhso.programme.tests import recipes
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
LONG = "dài " * 1300
DAY = date(2020, 1, 1)


@dataclass(frozen=True)
class Case:
    """A post that is refused: who sends what where, what must be seen again, and the words that say why."""

    view: str
    data: dict[str, Any]
    kept: str
    said: str
    role: str = ""
    args: Callable[[], list] = field(default=lambda: [])
    agency: str = ""
    status: int = 422


def net() -> list:
    made = network()
    write(made, [{"id": "A"}], since=DAY)
    return [made.uuid]


def bank_account() -> list:
    money.account()
    return [BankAccount.objects.get().pk]


def stray_money() -> list:
    money.account()
    return [money.credit(text="x").transaction.uid]


def refund() -> list:
    money.account()
    paid = money.asked()
    money.credit(paid)
    return [ask_refund(actor=SYSTEM, request=paid, reason="rút hồ sơ").uid]


def net_with_line() -> list:
    args = net()
    AgencyConnection.objects.create(
        pk=77, network=AgencyConnection._meta.get_field("network").related_model.objects.get(), agency_uid="cq",
        node_id="A", valid_from=date(2020, 6, 1), basis="x",
    )  # fmt: skip
    return args


def somebody() -> list:
    return [someone("officer", name="nguoikhac").pk]


def granted() -> list:
    user = User.objects.get(pk=somebody()[0])
    return [user.pk, RoleGrant.objects.get(user=user).pk]


def filable() -> list:
    services_recipes.agencies()
    return [services_recipes.procedure().procedure.code]


def commitment() -> list:
    return [
        Commitment.objects.known_at().filter(agreement=recipes.AGREEMENT, headline=True).order_by("uid").first().uid
    ]


def claimed() -> list:
    uid = commitment()[0]
    made = commands.claim(
        actor=SYSTEM, by=recipes.OPERATOR_SIDE, commitment=uid, value="50%", as_of=date(2021, 6, 1), reason="tự đếm"
    )
    return [uid, made.pk]


def evidence() -> list:
    from io import BytesIO

    commands.attach_evidence(
        actor=SYSTEM, by=recipes.PROVINCE_SIDE, commitment=commitment()[0], content=BytesIO(b"a,b\n1,2\n"),
        name="a.csv", label="bảng", public=True,
    )  # fmt: skip
    return [EvidenceLink.objects.get().uid]


def review() -> list:
    made = commands.open_review(
        actor=SYSTEM, by=recipes.PROVINCE_SIDE, title_vi="Kỳ", title_en="Review", period_from=date(2021, 1, 1),
        period_to=date(2021, 6, 30),
    )  # fmt: skip
    return [made.uid]


def question(state: str) -> Callable[[], list]:
    def made() -> list:
        measured = recipes.measured(recipes.FIBRE, "2021-06-30", 1, 2)
        row = Question.objects.create(
            pk=5, measurement=measured, indicator=recipes.FIBRE, text="Vì sao chỉ một nửa?", state=state
        )
        return [row.pk]

    return made


def csv(name: str = "a.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x\n")


def network_with_span() -> Network:
    made = network()
    ends = {"start_id": "A", "end_id": "B"}
    write(made, [{"id": "A"}, {"id": "B"}], [{"id": "ab", **ends}], since=DAY)
    return made


def sender() -> list:
    return [outages_recipes.source(network_with_span())[0].slug]


def outage(act: str) -> Callable[[], list]:
    def made() -> list:
        told, _secrets = outages_recipes.source(network_with_span())
        outages_recipes.send(told, outages_recipes.alert({"span": "ab"}, 0))
        return [Outage.objects.get().uid, act]

    return made


def stranger() -> list:
    """A name nobody knows, reported about the one network; the page is of no network."""
    told, _secrets = outages_recipes.source(network_with_span())
    outages_recipes.send(told, outages_recipes.alert({"span": "LA"}, 0))
    return []


def window(what: str) -> Callable[[], list]:
    def made() -> list:
        start = timezone.now() + timedelta(days=1)
        row = plan_maintenance(
            actor=SYSTEM, network=network_with_span(), title="Thay cáp", elements=[("span", "ab")], starts_at=start,
            ends_at=start + timedelta(hours=1),
        )  # fmt: skip
        return [row.uid, what]

    return made


PROVINCE = {"role": "programme_province", "agency": recipes.PROVINCE_AGENCY}
HEAD: Callable[[], list] = lambda: [recipes.AGREEMENT]  # noqa: E731


def drafted() -> list:
    """A published procedure with another draft."""
    row = procedure().procedure
    save_draft(actor=SYSTEM, code=row.code, content=definition(online="partial"))
    return [row.code]


# fmt: off
CASES = [
    Case("files:upload", {"file": csv(), "kind": "csv", "source": "Cục Thống kê", "since": "mai"}, "Cục Thống kê",
         "Với gói vietnamadminunits", "programme_province", lambda: ["don-vi-hanh-chinh"]),
    Case("infrastructure:core", {"nodes": "A", "valid_from": "mai", "reason": "căn cứ"}, "căn cứ",
         "Có hiệu lực từ ngày",
         "engineer", net),
    Case("infrastructure:core", {"rut": "1", "rut-valid_from": "2020-02-02", "rut-reason": "căn cứ"}, "căn cứ",
         "Không còn lõi từ ngày", "engineer", net),
    Case("infrastructure:lines", {"agency": "không có", "node": "A", "valid_from": "2020-02-02", "basis": "biên bản"},
         "biên bản", "Không có cơ quan", "engineer", net),
    Case("infrastructure:lines", {"line": "77", "valid_to": "2020-01-01", "reason": "dời trụ sở"}, "dời trụ sở",
         "Từ ngày", "engineer", net_with_line),
    Case("infrastructure:lines", {"line": "77", "valid_to": "mai", "reason": "dời trụ sở"}, "dời trụ sở", "Từ ngày",
         "engineer", net_with_line),
    Case("measures:run", {"as_of": "mai"}, "mai", "Đo tại ngày", "administrator"),
    Case("measures:decide", {"q5-reason": "không rõ"}, "không rõ", "Quyết định", "editor", question("held")),
    Case("measures:decide", {"q5-decision": "reject", "q5-reason": " "}, 'checked', "Lý do", "editor",
         question("held")),
    Case("measures:reply", {"a5-text": "ngắn thôi"}, "ngắn thôi", "Trả lời", "programme_operator",
         question("released")),
    Case("proof:keys", {"verifier": "rác", "owner": "H40.99", "role": "province"}, "H40.99", "Khóa kiểm tra",
         "administrator"),
    Case("identity:sign_in", {"username": "không-ai", "password": "x"}, "không-ai", "không đúng"),
    Case("identity:register", {"full_name": "Trần Thị Lan", "email": "không phải thư"}, "Trần Thị Lan",
         "Địa chỉ thư điện tử"),
    Case("identity:forgotten", {"email": "không phải thư"}, "không phải thư", "Địa chỉ thư điện tử"),
    Case("identity:account", {"full_name": "x" * 201}, "x" * 201, "Họ và tên", "officer"),
    Case("identity:change_password", {"old": "sai", "password": "một mật khẩu khác"}, "", "Mật khẩu hiện tại",
         "officer"),
    Case("identity:lend", {"mandate": "leader|", "holder": "không-ai", "valid_from": "2026-01-01",
         "until": "2026-02-01",
         "reason": "đi họp"}, "đi họp", "Tên đăng nhập của người nhận", "leader"),
    Case("identity:new_token", {"name": "máy đo", "roles": "officer", "days": "999"}, "máy đo", "Số ngày hiệu lực",
         "officer"),
    Case("identity:new_person", {"username": "có dấu cách", "full_name": "Lê Văn Nam", "email": "a@example.vn"},
         "Lê Văn Nam", "Tên đăng nhập", "administrator"),
    Case("identity:person", {"role": "leader", "agency_uid": "không-có", "valid_from": "2020-01-01",
         "until": "2019-01-01",
         "reason": "quyết định 5"}, "quyết định 5", "", "administrator", somebody),
    Case("identity:revoke_role", {"reason": LONG[:305]}, LONG[:300], "Lý do", "administrator", granted),
    Case("identity:set_active", {"active": "0", "reason": LONG[:305]}, LONG[:300], "Lý do", "administrator", somebody),
    Case("identity:reset_second_factor", {"reason": "mất máy"}, "", "Xác thực hai bước chưa bật", "administrator",
         somebody),
    Case("programme:edit_agreement", {"title_vi": "Tên mới", "title_en": "New", "period_from": "2025-01-01",
         "period_to": "2021-01-01", "version": "1"}, "Tên mới", "", **PROVINCE, args=HEAD),
    Case("programme:edit_agreement", {"title_vi": "Tên mới", "version": ""}, "Tên mới", "Tên (tiếng Anh)", **PROVINCE,
         args=HEAD),
    Case("programme:change_party", {"agency_uid": "không-có", "reason": "quyết định 5", "version": "1"}, "quyết định 5",
         "Cơ quan là bên của thỏa thuận", **PROVINCE, args=HEAD),
    Case("programme:add_commitment", {"text_vi": "Lời hứa mới", "text_en": "", "weight": "0"}, "Lời hứa mới",
         "Cam kết (tiếng Anh)", **PROVINCE, args=HEAD),
    Case("programme:edit_commitment", {"text_vi": "Lời hứa khác", "weight": "1"}, "Lời hứa khác", "Cam kết (tiếng Anh)",
         **PROVINCE, args=commitment),
    Case("programme:end_commitment", {"day": "mai", "reason": "hết cần"}, "hết cần", "Hết hiệu lực từ ngày", **PROVINCE,
         args=commitment),
    Case("programme:claim", {"value": "nhiều", "as_of": "2021-06-30", "reason": "tự đếm"}, "tự đếm", "Kết quả",
         **PROVINCE, args=commitment),
    Case("programme:appraise", {"value": "nhiều", "reason": "đã xem"}, "đã xem", "Giá trị thẩm định", **PROVINCE,
         args=claimed),
    Case("programme:attach_evidence", {"label": "bảng kê"}, "bảng kê", "Tệp", **PROVINCE, args=commitment),
    Case("programme:withdraw_evidence", {"reason": ""}, "", "Lý do", **PROVINCE, args=evidence),
    Case("programme:open_review", {"title_vi": "Kỳ một", "title_en": "", "period_from": "2021-01-01"}, "Kỳ một",
         "Tên (tiếng Anh)", **PROVINCE, args=HEAD),
    Case("programme:edit_review", {"summary": "nhận xét", "version": "0"}, "nhận xét", "", **PROVINCE, args=review),
    Case("programme:sign_review", {"position": "Chủ tịch", "content_sha256": "0" * 64}, "Chủ tịch", "", **PROVINCE,
         args=review),
    Case("coverage:levels", {"valid_from": "2025-01-01", "download_mbps": "80", "upload_mbps": "40", "latency_ms": "50",
         "share_percent": "140", "basis": "quyết định 9"}, "quyết định 9", "Tỷ lệ lần đo phải đạt",
         "programme_province"),
    Case("outages:act", {"text": "chờ vật tư", "expected_at": "2001-01-01T00:00"}, "chờ vật tư", "Giờ dự kiến",
         "engineer", outage("expect")),
    Case("outages:act", {"text": "máy xúc đào trúng", "cause": "x"}, "máy xúc đào trúng", "Nguyên nhân", "engineer",
         outage("cause")),
    Case("outages:change_window", {"reason": "mưa " * 200}, "mưa mưa", "Lý do", "engineer", window("cancel")),
    Case("outages:plan", {"title": "Thay cáp", "spans": "lạ", "starts_at": "2001-01-01T00:00"}, "Thay cáp", "Kết thúc",
         "engineer"),
    Case("outages:sources", {"slug": "Có Dấu", "name": "Hệ thống quản lý"}, "Hệ thống quản lý", "Mạng", "engineer"),
    Case("outages:source", {"name": "Tên mới", "enabled": "on", "certificate_subject": "x" * 301}, "Tên mới",
         "Chủ thể chứng thư", "engineer", sender),
    Case("outages:unmatched", {"network": str(REAL), "element_kind": "span", "reported": "LA", "element": "không có"},
         "không có", "Mạng không có phần tử", "engineer", stranger),
    Case("outages:set_promise", {"subject": "unit", "percent": "101", "valid_from": "2026-01-01", "basis": "điều 3"},
         "điều 3", "Mức sẵn sàng", "programme_operator"),
    Case("outages:contacts", {"agency": "cq", "email": "không phải thư"}, "không phải thư", "Hộp thư cơ quan",
         "programme_operator"),
    Case("planning:new", {"title": "Phủ cáp hai huyện", "question": "x"}, "Phủ cáp hai huyện", "", "engineer"),
    Case("planning:new_costs", {"code": "gia", "title": "Bảng giá mới", "source": "báo giá"}, "Bảng giá mới", "",
         "engineer"),
    Case("planning:generate", {"name": "x" * 500}, "x" * 500, "", "engineer"),
    Case("resilience:groups", {"code": "mã sai", "name": "Cầu Đò Quan"}, "Cầu Đò Quan", "", "engineer", net),
    Case("resilience:reliability", {"target": "span", "mtbf_hours": "0", "source": "sổ trực"}, "sổ trực", "",
         "engineer", net),
    Case("payments:accounts", {"agency_uid": "không-có", "bank": "970416", "number": "1", "holder": "UBND",
         "basis": "quyết định 5", "valid_from": "2026-01-01"}, "quyết định 5", "Không có cơ quan", "administrator"),
    Case("payments:account", {"do": "end", "valid_to": "mai", "reason": "hết hạn"}, "hết hạn",
         "Thôi nhận tiền từ ngày", "administrator", bank_account),
    Case("payments:transaction", {"do": "match", "reference": "TS1", "reason": "nộp hai lần"}, "nộp hai lần",
         "Không có mã tham chiếu", "leader", stray_money),
    Case("payments:transaction", {"do": "return", "reason": ""}, "", "Lý do", "leader", stray_money),
    Case("payments:refund", {"way": "", "voucher": "FT77"}, "FT77", "Hình thức", "clerk", refund),
    Case("services:new_procedure", {"code": "1.000009", "name_vi": "Cấp lại giấy"}, "Cấp lại giấy", "Lĩnh vực",
         "editor"),
    Case("services:new_field", {"code": "Có Dấu", "name_vi": "Hộ tịch mới", "name_en": "x"}, "Hộ tịch mới",
         "chữ thường", "editor"),
    Case("services:edit_procedure", {"basics-name_vi": "Cấp lại giấy", "basics-limit_amount": "mười"}, "Cấp lại giấy",
         "Thời hạn", "editor", drafted),
    Case("services:edit_json", {"text": '{"a": 1,}'}, '{"a": 1,}', "dòng 1", "editor", drafted),
    Case("services:publish_procedure", {"valid_from": "mai", "reason": "thêm giấy tờ"}, "thêm giấy tờ",
         "Có hiệu lực từ ngày", "editor", drafted),
    Case("services:retire_procedure", {"day": "mai", "reason": "hết nhiệm vụ"}, "hết nhiệm vụ", "Bãi bỏ từ ngày",
         "editor", drafted),
    Case("workdays:publish", {"notices": '{"a": 1,}', "reason": "Thông báo mới"}, "Thông báo mới", "dòng 1",
         "administrator"),
    Case("services:track", {"code": "H40.12-260302-0001", "secret": ""}, "H40.12-260302-0001", "Mã bí mật"),
    Case("services:counter", {"people-name": "Nguyễn Văn An", "file": "1"}, "Nguyễn Văn An", "Nơi ở hoặc trụ sở",
         "clerk", filable),
]
# fmt: on
# Nothing but a secret or a pasted line is typed there, or it is the second step of a file or a link, which other tests
# walk.
WITHOUT_TEXT = {
    "services:papers",
    "services:registers",
    "services:retry_paper",
    "services:retry_sync",
    "services:verify",
    "services:discard_draft",
    "measures:ask",
    "files:undo_import",
    "services:take_cash",
    "files:check_upload",
    "identity:sign_out",
    "identity:challenge",
    "identity:confirm_email",
    "identity:reset_password",
    "identity:end_deputation",
    "identity:revoke_token",
    "identity:export",
    "outages:approve",
    "planning:cancel",
    "planning:go_on",
    "proof:retire",
    "proof:audit_export",
    "proof:audit_record",
    "proof:checkpoint",
    "identity:second_factor",
}  # fmt: skip


def posting_views(resolver: URLResolver | None = None, space: str = "") -> set[str]:
    """Names of the page views whose own source takes posts."""
    found: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "api":
                found |= posting_views(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and re.search(
            r"POST|form_page\(", inspect.getsource(inspect.unwrap(entry.callback))
        ):
            found.add(f"{space}{entry.name}")
    return found


# A phase needs a finished search before it: planning's own tests of its pages walk these.
PHASES = {f"planning:{name}" for name in ("approve", "withdraw", "start", "complete", "survey")}
# Steps of filing and acts on a dossier need what came before: the tests of filing and tracking walk these.
PHASES |= {f"services:{name}" for name in ("start", "draft_step", "renew_draft", "delete_draft", "dossier")}

# An act needs a dossier on its way: services' own tests of desk and succession refuse each and look for what was typed.
ACTS = {"services:act", "services:bulk", "services:succession_of"}


def test_every_page_that_takes_posts_is_tried() -> None:
    tried = {case.view for case in CASES} | WITHOUT_TEXT | PHASES | ACTS
    assert sorted(posting_views() - tried) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.view} {sorted(case.data)}")
def test_refused_and_nothing_lost(case: Case) -> None:
    if case.view.startswith(("programme", "measures")):
        recipes.signed_agreement()
    elif case.agency:
        agency(case.agency)
    args = case.args()
    client = signed_in(someone(case.role, agency=case.agency)) if case.role else Client()
    answer = client.post(reverse(case.view, args=args), case.data)
    text = answer.content.decode()
    assert answer.status_code == case.status, text[:2000]
    page = BeautifulSoup(text, "html.parser").find("main")
    summary = page.find(attrs={"role": "alert"})
    assert summary is not None and case.said in summary.get_text()
    values = {item.get("value", "") for item in page.find_all("input")} | {
        item.get_text().strip() for item in page.find_all("textarea")
    }
    if case.kept == "checked":
        assert page.find("input", checked=True)
    elif case.kept:
        assert any(case.kept.strip() in value for value in values)
    names = {name.split("-")[-1] for name in case.data}
    spoken = [re.split(r":", item.get_text(), maxsplit=1)[0].strip() for item in summary.find_all("li")]
    assert not names & {word.lower() for word in spoken}, "a field is named by its label"


@pytest.mark.parametrize(("language", "said", "line"), [("vi", "thiếu dấu phẩy", "dòng 2"), ("en", "comma", "line 2")])
def test_the_api_tells_where_json_is_broken_and_how_to_mend_it(language: str, said: str, line: str) -> None:
    client = signed_in(someone("administrator"), headers={"accept-language": language})
    answer = client.post("/api/measures/measure", b'{"a": 1\n "b": 2}', content_type="application/json")
    told = answer.json()
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    assert said in told["title"] and line in told["place"] and told["mend"]
