"""The number that coverage answers for beside those of `network` and `resilience`."""

from __future__ import annotations

from tinhso.foundation.text import Text
from tinhso.infrastructure.coverage import speeds
from tinhso.infrastructure.coverage.rules import service_level
from tinhso.measures.contract import RATIO, Inputs, ScopeAt, indicator
from tinhso.places.scopes import units_in


@indicator(
    id="coverage.units_at_service_level",
    version=1,
    kind=RATIO,
    unit="share",
    title=Text("Đơn vị đạt mức dịch vụ băng rộng", "Units at the broadband service level"),
    words=Text(
        "Trong các đơn vị cấp xã, bao nhiêu đơn vị có kết quả đo băng rộng đạt mức dịch vụ. Lấy các lần đo trong 365 "
        "ngày đến cuối ngày đó; một lần đo đạt khi tải xuống, tải lên không thấp hơn và độ trễ không cao hơn mức đang "
        "có hiệu lực, điều không đo thì không xét; đơn vị đạt khi đủ tỷ lệ lần đo đạt. Đơn vị có dưới mười lần đo là "
        "“không có dữ liệu”; chưa đặt mức thì tất cả là “không có dữ liệu”. Lần đo ở đơn vị cũ tính cho đơn vị đã nhận "
        "trọn đơn vị ấy.",
        "Of the commune-level units, how many show broadband at the level of service by their own measurements. Tests "
        "of the 365 days up to the end of the day; a test reaches the level when its download and upload are not "
        "lower and its latency is not higher than the level in force, what was not measured aside; a unit does when "
        "the required share of its tests do. A unit with fewer than ten tests is “no data”; while no level is set all "
        "are. A test in a former unit counts for the unit that wholly took it in.",
    ),
    rule=service_level,
    depends_on=("tinhso.infrastructure.coverage.speeds",),
    facts={
        "good": Text("{good}/{tests} lần đo đạt", "{good} of {tests} tests reach it"),
        "tests": Text("", ""),
        "download_kbps": Text("tải xuống trung vị {download_kbps} kbit/s", "median download {download_kbps} kbit/s"),
        "upload_kbps": Text("tải lên trung vị {upload_kbps} kbit/s", "median upload {upload_kbps} kbit/s"),
        "latency_us": Text("độ trễ trung vị {latency_us} µs", "median latency {latency_us} µs"),
    },
    values={"state": speeds.STATES},
)
def units_at_service_level(at: ScopeAt) -> Inputs:
    """Each unit with the rates of its tests, without time or place."""
    units = units_in(at.code, at.as_of, known_at=at.known_at)
    return {"scope": at.code, "as_of": at.as_of.isoformat(), **speeds.inputs(units, at.as_of, at.known_at)}
