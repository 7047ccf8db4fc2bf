"""The numbers that infrastructure answers for. What counts is written in rules/; here it is read from history."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from tinhso.foundation.text import Text
from tinhso.identity.queries import agencies_in
from tinhso.infrastructure.network import inputs, wording
from tinhso.infrastructure.network.models import PHASE, Record, Span
from tinhso.infrastructure.network.rules import (
    agencies_on_fibre,
    on_fibre,
    route_length,
    spans_complete,
    two_disjoint_paths,
)
from tinhso.infrastructure.network.situation import situation
from tinhso.measures.contract import RATIO, TOTAL, Inputs, ScopeAt, indicator
from tinhso.places.queries import populations

READ = tuple(f"tinhso.infrastructure.network.{name}" for name in ("inputs", "situation", "placement", "agencies"))
REACHED = Text(
    "Phần (đơn vị ban đầu) có cáp quang khi cuối ngày đó, trong một mạng được đo, có một nút trạng thái “operational” "
    "nằm trong phần ấy, hoặc một đoạn cáp trạng thái “operational” kết thúc tại một nút nằm trong phần ấy. Thiếu trạng "
    "thái là “unknown” và không được tính. Đơn vị có cáp quang khi mọi phần hợp thành đều có. Đơn vị có phần chưa xác "
    "định được là “không có dữ liệu”, không nằm ở tử số lẫn mẫu số.",
    "A part (first-generation unit) is on fibre when, at the end of the day, a measured network has a node of status "
    "“operational” within it, or a span of status “operational” ending at a node within it. A missing status is "
    "“unknown” and does not count. A unit is on fibre when every part it is made of is. A unit with an unresolved part "
    "is “no data”: in neither numerator nor denominator.",
)
MEASURED = Text(
    "Mạng được đo: các mạng đang dùng có nút trong phạm vi; khi có mạng thật thì mạng trình diễn không được tính.",
    "Measured networks: those in use with a node in the scope; demonstration networks only while no real one is there.",
)


def _words(*texts: Text) -> Text:
    return Text(" ".join(text.vi for text in texts), " ".join(text.en for text in texts))


def _about(at: ScopeAt) -> Inputs:
    return {"scope": at.code, "as_of": at.as_of.isoformat()}


@indicator(
    id="infrastructure.communes_on_fibre",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Xã, phường, thị trấn có cáp quang", "Communes, wards and towns on fibre"),
    words=_words(
        Text(
            "Trong các đơn vị cấp xã có hiệu lực cuối ngày đó trong phạm vi, bao nhiêu đơn vị có cáp quang.",
            "Of the commune-level units of the scope in force at the end of the day, how many are on fibre.",
        ),
        REACHED,
        MEASURED,
    ),
    rule=on_fibre,
    depends_on=READ,
    dti=("1.1", "1.3"),
    **wording.ON_FIBRE,
)
def communes(at: ScopeAt) -> Inputs:
    """Each unit weighs 1."""
    return _about(at) | inputs.on_fibre(situation(at.code, at.as_of, at.known_at))


@indicator(
    id="infrastructure.population_on_fibre",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Dân số trong các đơn vị có cáp quang", "Population in units on fibre"),
    words=_words(
        Text(
            "Trong số dân của các đơn vị cấp xã, bao nhiêu người sống ở đơn vị có cáp quang. Dân số lấy năm gần nhất "
            "đã biết; đơn vị sáp nhập cộng dân số các phần và được ghi rõ; đơn vị không có số dân là “không có dữ "
            "liệu”.",
            "Of the people in commune-level units, how many live in a unit on fibre. Population is of the latest year "
            "known; a merged unit sums its parts and says so; a unit without a number is “no data”.",
        ),
        REACHED,
        MEASURED,
    ),
    rule=on_fibre,
    depends_on=READ,
    dti=("1.1", "1.3"),
    **wording.ON_FIBRE,
)
def population(at: ScopeAt) -> Inputs:
    """Each unit weighs its persons."""
    now = situation(at.code, at.as_of, at.known_at)
    people = populations([unit.uid for unit in now.units], at.known_at)
    return _about(at) | inputs.on_fibre(now, people)


@indicator(
    id="infrastructure.two_disjoint_paths",
    version=2,
    kind=RATIO,
    unit="share",
    title=Text("Đơn vị có hai đường độc lập về lõi", "Units with two span-disjoint paths to the core"),
    words=_words(
        Text(
            "Trong các đơn vị cấp xã, bao nhiêu đơn vị vẫn nối được với lõi khi đứt bất kỳ một đoạn cáp nào: dù đứt "
            "đoạn nào, mỗi phần hợp thành vẫn còn ít nhất một nút tới được lõi. Chỉ đoạn cáp “operational” ghi đủ hai "
            "đầu được tính; hai đoạn song song là hai đoạn khác nhau; hai đường có thể đi từ hai nút của cùng một phần "
            "và về hai nút lõi khác nhau. Lõi là các nút “operational” mà đơn vị vận hành chọn, theo lựa chọn có "
            "hiệu lực; không có nút nào như vậy thì “không có dữ liệu”, không bao giờ phỏng đoán.",
            "Of the commune-level units, how many keep their way to the core when any one span is cut: whichever span "
            "it is, each part still has at least one node that reaches the core. Only “operational” spans with both "
            "ends recorded count; parallel spans are distinct; the two paths may begin at different nodes of the part "
            "and end at different core nodes. The core is the “operational” nodes of the operator's choice in "
            "force; where there is none, all is “no data”, never a guess.",
        ),
        MEASURED,
    ),
    rule=two_disjoint_paths,
    depends_on=(*READ, "tinhso.infrastructure.network.topology"),
    **wording.TWO_PATHS,
)
def two_paths(at: ScopeAt) -> Inputs:
    """All spans of the measured networks, since a path may leave the scope."""
    return _about(at) | inputs.two_disjoint_paths(situation(at.code, at.as_of, at.known_at))


@indicator(
    id="infrastructure.spans_complete",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Đoạn cáp có đủ dữ liệu", "Spans with complete data"),
    words=_words(
        Text(
            "Trong các đoạn cáp có ít nhất một đầu nằm trong phạm vi, trừ đoạn đã dừng, bao nhiêu đoạn có đủ dữ liệu: "
            "start, end, status, route, fibreLength, transmissionMedium, deployment, phase; thêm fibreCount trừ khi "
            "biết rõ không phải cáp quang; thêm readyForServiceDate khi đang hoạt động.",
            "Of the spans with at least one end in the scope, decommissioned ones aside, how many carry complete data: "
            "start, end, status, route, fibreLength, transmissionMedium, deployment and phase; fibreCount too unless "
            "the medium is known not to be fibre; readyForServiceDate too when operational.",
        ),
        MEASURED,
    ),
    rule=spans_complete,
    depends_on=READ,
    **wording.COMPLETE,
)
def complete(at: ScopeAt) -> Inputs:
    """Which of the standard's attributes each span lacks."""
    needed = (*spans_complete.ALWAYS, "fibreCount", "readyForServiceDate")
    now = situation(at.code, at.as_of, at.known_at)
    listed = []
    for one in now.serving:
        names = {span.id: one.span_names[span.id] for span in one.touching()}
        rows = Span.objects.filter(network=one.state.network).as_of(at.as_of, at.known_at)
        fields = ("element_id", "status", "data")
        for element, status, data in rows.values_list(*fields).iterator(chunk_size=10_000):
            if element in names:
                given = orjson.loads(data)
                lacking = [name for name in needed if given.get(name) in (None, "", [], {})]
                medium = sorted(given.get("transmissionMedium") or ())
                listed.append({"span": names[element], "status": status, "medium": medium, "missing": lacking})
    listed.sort(key=lambda span: span["span"])
    return _about(at) | {"networks": inputs.networks(now), "spans": listed}


@indicator(
    id="infrastructure.route_length",
    version=1,
    kind=TOTAL,
    unit="m",
    title=Text("Chiều dài tuyến cáp đang hoạt động", "Route length in service"),
    words=_words(
        Text(
            "Tổng số mét tuyến của các đoạn cáp “operational” cuối ngày đó có ít nhất một đầu trong phạm vi, theo đợt "
            "đầu tư; mỗi đoạn tính một lần, đoạn song song tính riêng. Chiều dài lấy fibreLength, nếu không có thì dọc "
            "theo tuyến, nếu không nữa thì đường thẳng giữa hai nút; đoạn không có chiều dài không cộng gì và được đếm "
            "riêng.",
            "Metres of route of the “operational” spans with at least one end in the scope at the end of the day, by "
            "phase; each span once, parallel spans each. Length is fibreLength, else along the route, else straight "
            "between the nodes; a span without length adds nothing and is counted apart.",
        ),
        MEASURED,
    ),
    rule=route_length,
    depends_on=READ,
    **wording.LENGTHS,
)
def lengths(at: ScopeAt) -> Inputs:
    """Spans with their phase and metres; phases by their names."""
    now = situation(at.code, at.as_of, at.known_at)
    several = len(now.serving) > 1
    phases: list[Inputs] = []
    listed: list[Inputs] = []
    for one in now.serving:
        prefix = f"{one.state.network.uuid}/" if several else ""
        known = Record.objects.filter(network=one.state.network, kind=PHASE).as_of(at.as_of, at.known_at)
        phases += [{"phase": prefix + key, "name": name} for key, name in known.values_list("element_id", "name")]
        for span in one.touching():
            phase = prefix + span.phase_id if span.phase_id else ""
            listed.append(
                {
                    "span": one.span_names[span.id],
                    "phase": phase,
                    "status": span.status,
                    "metres": span.length_m,
                }
            )
    listed.sort(key=lambda span: span["span"])
    phases.sort(key=lambda phase: phase["phase"])
    return _about(at) | {"networks": inputs.networks(now), "phases": phases, "spans": listed}


def _agencies(level: str) -> Callable[[ScopeAt], Inputs]:
    def gather(at: ScopeAt) -> Inputs:
        now = situation(at.code, at.as_of, at.known_at)
        agencies = agencies_in(at.code, at.as_of, level, at.known_at)
        return _about(at) | inputs.agencies_on_fibre(now, agencies, at.as_of, at.known_at)

    return gather


_LEVELS = {
    "province": Text("cấp tỉnh", "provincial level"),
    "district": Text("cấp huyện", "district level"),
    "commune": Text("cấp xã", "commune level"),
}
_ELSEWHERE = Text(
    "Cơ quan kế tục có trụ sở ngoài phạm vi không được tính, dù phục vụ cả địa bàn này: hồ sơ mạng ở đây không nói về "
    "nơi nó đóng, còn đường cáp tới trụ sở cũ không phải của trụ sở mới. Khi không còn cơ quan nào của cấp này có trụ "
    "sở trong phạm vi thì không có số liệu (như cấp tỉnh trên địa bàn Nam Định cũ từ 01/07/2025).",
    "A successor seated outside the scope is not counted, though it serves this territory: the networks' records here "
    "do not speak of where it sits, and the line to the former seat is not one to the new. Where no agency of the "
    "level has its seat in the scope any more there is no figure (as at provincial level in former Nam Định from July "
    "2025).",
)
for _level, _name in _LEVELS.items():
    indicator(
        id=f"infrastructure.agencies_on_fibre_{_level}",
        version=1,
        kind=RATIO,
        unit="share",
        title=Text(f"Cơ quan {_name.vi} có đường cáp quang", f"Agencies on fibre, {_name.en}"),
        words=_words(
            Text(
                f"Trong các cơ quan {_name.vi} có hiệu lực cuối ngày đó và có trụ sở trong phạm vi (không kể doanh "
                "nghiệp viễn thông), bao nhiêu cơ quan có đường cáp: một đoạn cáp “operational” kết thúc tại nút mà hồ "
                "sơ của đơn vị vận hành ghi là nối với cơ quan ấy, hoặc với cơ quan mà nó kế tục trọn vẹn. "
                + _ELSEWHERE.vi,
                f"Of the agencies at {_name.en} in force at the end of the day and seated in the scope (operators "
                "aside), how many have a line: an “operational” span ends at a node that the operator's records "
                "connect to the agency, or to an agency that it alone succeeded. " + _ELSEWHERE.en,
            ),
            MEASURED,
        ),
        rule=agencies_on_fibre,
        depends_on=READ,
        **wording.AGENCIES,
    )(_agencies(_level))
