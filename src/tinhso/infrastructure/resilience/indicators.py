"""The numbers that resilience answers for. What counts is written in rules/; here it is read from history."""

from __future__ import annotations

from tinhso.foundation.text import Text
from tinhso.identity.queries import agencies_in
from tinhso.infrastructure.network.situation import situation
from tinhso.infrastructure.resilience import inputs, wording
from tinhso.infrastructure.resilience.rules import (
    agencies_availability,
    agencies_two_paths,
    availability,
    people_behind_single_risk,
    people_behind_single_span,
    two_node_disjoint_paths,
)
from tinhso.measures.contract import RATIO, Inputs, ScopeAt, indicator

NETWORK = "tinhso.infrastructure.network"
READ = (
    "tinhso.infrastructure.resilience.inputs",
    *(f"{NETWORK}.{name}" for name in ("inputs", "situation", "placement", "agencies")),
    f"{NETWORK}.rules.two_disjoint_paths",
    f"{NETWORK}.topology",
)
RATED = (
    *READ,
    "tinhso.infrastructure.resilience.gathered",
    "tinhso.infrastructure.resilience.rates",
    "tinhso.infrastructure.resilience.rules.people_behind_single_span",
    *(
        f"tinhso.infrastructure.graphs.reliability.{name}"
        for name in ("served", "block", "blocks", "draws", "fixed", "sweep")
    ),
)
CORE = Text(
    "Chỉ đoạn cáp “operational” ghi đủ hai đầu được tính; hai đoạn song song là hai đoạn khác nhau. Lõi là các "
    "nút “operational” mà đơn vị vận hành chọn, theo lựa chọn có hiệu lực; không có nút nào như vậy thì “không có dữ "
    "liệu”. Khi trong phạm vi có mạng thật thì mạng trình diễn không được tính.",
    "Only “operational” spans with both ends recorded count; parallel spans are distinct. The core is the "
    "“operational” nodes of the operator's choice in force; where there is none, all is “no data”. Demonstration "
    "networks count only while no real one is in the scope.",
)


def _with_core(text: Text) -> Text:
    return Text(f"{text.vi} {CORE.vi}", f"{text.en} {CORE.en}")


def _about(at: ScopeAt) -> Inputs:
    return {"scope": at.code, "as_of": at.as_of.isoformat()}


@indicator(
    id="resilience.two_node_disjoint_paths",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Đơn vị có hai đường không chung nút về lõi", "Units with two node-disjoint paths to the core"),
    words=_with_core(
        Text(
            "Trong các đơn vị cấp xã, bao nhiêu đơn vị vẫn nối được với lõi khi hỏng bất kỳ một đoạn cáp hay một nút "
            "trung gian nào: với mỗi phần hợp thành, không đoạn cáp nào và không nút nào ngoài nút lõi và nút của "
            "chính phần ấy có thể một mình cắt nó khỏi lõi.",
            "Of the commune-level units, how many keep their way to the core when any one span or any one node in "
            "between fails: for each part, no span, and no node that is neither a core node nor the part's own, can "
            "alone cut it off.",
        )
    ),
    rule=two_node_disjoint_paths,
    depends_on=READ,
    **wording.UNIT_PATHS,
)
def node_paths(at: ScopeAt) -> Inputs:
    """All spans of the measured networks, since a path may leave the scope."""
    return _about(at) | inputs.paths(situation(at.code, at.as_of, at.known_at))


@indicator(
    id="resilience.agencies_two_paths",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Cơ quan có hai đường độc lập về lõi", "Agencies with two span-disjoint paths to the core"),
    words=_with_core(
        Text(
            "Trong các cơ quan có trụ sở trong phạm vi (không kể doanh nghiệp viễn thông), bao nhiêu cơ quan vẫn nối "
            "được với lõi khi đứt bất kỳ một đoạn cáp nào: dù đứt đoạn nào, vẫn còn ít nhất một nút mà hồ sơ ghi là "
            "nối với cơ quan ấy, hoặc với cơ quan mà nó kế tục trọn vẹn, tới được lõi.",
            "Of the agencies seated in the scope (operators aside), how many keep their way to the core when any one "
            "span is cut: whichever span it is, at least one node that the records connect to the agency, or to an "
            "agency that it alone succeeded, still reaches the core.",
        )
    ),
    rule=agencies_two_paths,
    depends_on=READ,
    **wording.AGENCY_PATHS,
)
def agency_paths(at: ScopeAt) -> Inputs:
    """Agencies of every level, by the lines recorded for them."""
    now = situation(at.code, at.as_of, at.known_at)
    counted = agencies_in(at.code, at.as_of, known_at=at.known_at)
    return _about(at) | inputs.agencies(now, counted, at.as_of, at.known_at)


@indicator(
    id="resilience.people_behind_single_span",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Người dân sau một đoạn cáp duy nhất", "People behind a single span"),
    words=_with_core(
        Text(
            "Trong số dân của các đơn vị cấp xã, bao nhiêu người mất đường về lõi khi đứt một đoạn cáp nào đó: dân của "
            "những phần (đơn vị ban đầu) đang nối tới lõi mà một đoạn cáp duy nhất có thể cắt rời. Đơn vị mà các phần "
            "không có số dân riêng thì tính cả đơn vị khi một phần như vậy. Người ở nơi chưa nối tới lõi được đếm "
            "riêng. Đơn vị không có số dân, hoặc có phần chưa xác định, là “không có dữ liệu”.",
            "Of the people in commune-level units, how many lose their way to the core when one certain span is cut: "
            "the people of parts (first-generation units) that reach the core and that one span alone can cut off. A "
            "unit whose parts have no numbers of their own counts whole when one part is such. People where nothing "
            "reaches the core are counted apart. A unit without a number, or with an unresolved part, is “no data”.",
        )
    ),
    rule=people_behind_single_span,
    depends_on=READ,
    higher_is_better=False,
    **wording.BEHIND,
)
def behind(at: ScopeAt) -> Inputs:
    """Units with the people of their parts, and all spans."""
    now = situation(at.code, at.as_of, at.known_at)
    return _about(at) | inputs.people(now, at.known_at)


@indicator(
    id="resilience.people_behind_single_risk",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Người dân sau một rủi ro duy nhất", "People behind a single risk"),
    words=_with_core(
        Text(
            "Trong số dân của các đơn vị cấp xã, bao nhiêu người mất đường về lõi vì một sự cố duy nhất: đứt một đoạn "
            "cáp nào đó, hoặc một nhóm rủi ro chung đã ghi (các đoạn cáp và nút cùng cống, cùng cầu, cùng nguồn điện…) "
            "hỏng cùng lúc. Ngoài ra đếm như “Người dân sau một đoạn cáp duy nhất”. Chỉ biết rủi ro chung ở nơi đã "
            "khảo sát: chưa ghi nhóm nào thì con số bằng của từng đoạn cáp; mỗi dòng nói có bao nhiêu nhóm đã ghi.",
            "Of the people in commune-level units, how many lose their way to the core to one event: one certain span "
            "cut, or one recorded shared risk (spans and nodes in one duct, on one bridge, on one power supply…) "
            "falling together. All else is as for “People behind a single span”. Shared risks are known only where "
            "someone looked: while none is recorded the number is that of single spans; each row says how many are.",
        )
    ),
    rule=people_behind_single_risk,
    depends_on=(*READ, "tinhso.infrastructure.resilience.rules.people_behind_single_span"),
    higher_is_better=False,
    **wording.BEHIND_RISK,
)
def behind_risk(at: ScopeAt) -> Inputs:
    """Units with the people of their parts, all spans, and the shared risks in force."""
    now = situation(at.code, at.as_of, at.known_at)
    return _about(at) | inputs.risks(now, at.as_of, at.known_at)


RATES = Text(
    "Mỗi đoạn cáp và mỗi nút làm việc một phần thời gian bằng MTBF / (MTBF + MTTR) đã ghi, hỏng độc lập với nhau; còn "
    "một phần tử chưa ghi thì tất cả là “không có dữ liệu”. Mỗi dòng nói rõ kết quả là chính xác hay mô phỏng với "
    "khoảng tin cậy ít nhất 95%.",
    "Each span and each node works a share of the time given by the recorded MTBF / (MTBF + MTTR), failing "
    "independently; while one element has none, all is “no data”. Each row says whether it is exact or simulated with "
    "an interval of at least 95% confidence.",
)


def _with_rates(text: Text) -> Text:
    return _with_core(Text(f"{text.vi} {RATES.vi}", f"{text.en} {RATES.en}"))


@indicator(
    id="resilience.availability",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Độ sẵn sàng của đường về lõi, theo dân số", "Availability of the way to the core, by people"),
    words=_with_rates(
        Text(
            "Trung bình một người dân ở nơi đã nối tới lõi có đường về lõi bao nhiêu phần thời gian. Mỗi phần (đơn vị "
            "ban đầu) có đường khi ít nhất một nút của nó làm việc và nối được với một nút lõi làm việc. Đơn vị mà các "
            "phần không có số dân riêng thì lấy phần thấp nhất. Nơi chưa nối tới lõi thuộc về độ phủ và được đếm "
            "riêng.",
            "How much of the time, on average, a person living where the core is reached has a way to it. A part "
            "(first-generation unit) has one while at least one of its nodes works and is joined to a core node that "
            "works. A unit whose parts have no numbers of their own takes the lowest. Where nothing reaches the core "
            "is a matter of coverage and counted apart.",
        )
    ),
    rule=availability,
    depends_on=RATED,
    **wording.AVAILABILITY,
)
def units_available(at: ScopeAt) -> Inputs:
    """Units with their people, and the rates of all working elements."""
    now = situation(at.code, at.as_of, at.known_at)
    return _about(at) | inputs.availability(now, at.as_of, at.known_at)


@indicator(
    id="resilience.agencies_availability",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Độ sẵn sàng của đường về lõi, theo cơ quan", "Availability of the way to the core, by agency"),
    words=_with_rates(
        Text(
            "Trung bình một cơ quan có trụ sở trong phạm vi và đã nối tới lõi (không kể doanh nghiệp viễn thông) có "
            "đường về lõi bao nhiêu phần thời gian. Cơ quan có đường khi ít nhất một nút mà hồ sơ ghi là nối với nó "
            "làm việc và nối được với một nút lõi làm việc.",
            "How much of the time, on average, an agency seated in the scope and joined to the core (operators aside) "
            "has a way to it. An agency has one while at least one node that the records connect to it works and is "
            "joined to a core node that works.",
        )
    ),
    rule=agencies_availability,
    depends_on=(*RATED, "tinhso.infrastructure.resilience.rules.availability"),
    **wording.AGENCY_AVAILABILITY,
)
def agencies_available(at: ScopeAt) -> Inputs:
    """Agencies of every level, and the rates of all working elements."""
    now = situation(at.code, at.as_of, at.known_at)
    counted = agencies_in(at.code, at.as_of, known_at=at.known_at)
    return _about(at) | inputs.agencies_availability(now, counted, at.as_of, at.known_at)
