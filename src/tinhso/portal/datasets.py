"""What can be downloaded. An offer whose address no app serves is left out, so the page promises nothing it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.foundation.text import Text
from tinhso.portal import openapi
from tinhso.portal.maps import visible_layers

OPEN_DATA = "CC-BY-4.0"


@dataclass(frozen=True)
class Download:
    """One file or address; `page` a named page, else `path` of the API."""

    label: Text
    format: str
    page: str = ""
    path: str = ""


@dataclass(frozen=True)
class Dataset:
    id: str
    title: Text
    about: Text
    downloads: tuple[Download, ...]
    licence: str = OPEN_DATA


JSON = Text("API, từng trang", "API, page by page")
BUNDLES = Text("Trang chỉ số, có gói bằng chứng", "Indicator pages, with bundles")
DATASETS = (
    Dataset(
        "units",
        Text("Đơn vị hành chính qua các thời kỳ", "Administrative units over time"),
        Text(
            "Tỉnh, huyện, xã với ngày hiệu lực, đơn vị trước và sau, dân số có nguồn.",
            "Provinces, districts, communes with dates in force, predecessors and successors, sourced population.",
        ),
        (Download(JSON, "JSON", path="/api/places/units"),),
    ),
    Dataset(
        "agencies",
        Text("Cơ quan", "Agencies"),
        Text(
            "Cơ quan các cấp với cả hai loại mã định danh và thời gian tồn tại.",
            "Agencies of every level with both code forms and the time they existed.",
        ),
        (Download(JSON, "JSON", path="/api/identity/agencies"),),
    ),
    Dataset(
        "network",
        Text("Mạng cáp quang", "Fibre network"),
        Text(
            "Theo chuẩn Open Fibre Data Standard 0.4; tuyến công bố đã khái quát hóa.",
            "In the Open Fibre Data Standard 0.4; published routes are generalised.",
        ),
        (Download(JSON, "JSON", path="/api/infrastructure/networks"),),
    ),
    Dataset(
        "commitments",
        Text("Thỏa thuận và cam kết", "Agreements and commitments"),
        Text(
            "Lời hứa, chỉ tiêu, hạn và bên chịu trách nhiệm.",
            "Promises, targets, dates and owners.",
        ),
        (Download(JSON, "JSON", path="/api/programme/agreements"),),
    ),
    Dataset(
        "measurements",
        Text("Chỉ số và các lần đo", "Indicators and measurements"),
        Text(
            "Tử số và mẫu số đúng từng đơn vị, quy tắc bằng lời, gói bằng chứng của từng lần đo.",
            "Exact numerators and denominators, the rule in words, an evidence bundle for every measurement.",
        ),
        (
            Download(JSON, "JSON", path="/api/measures/measurements"),
            Download(BUNDLES, "ZIP", "measures:indicators"),
        ),
    ),
    Dataset(
        "log",
        Text("Sổ chứng cứ", "Evidence log"),
        Text(
            "Mục ghi, chốt sổ đã ký và chứng minh theo RFC 6962.",
            "Entries, signed checkpoints and RFC 6962 proofs.",
        ),
        (
            Download(JSON, "JSON", path="/api/proof/entries"),
            Download(Text("Các điểm chốt đã ký", "Signed checkpoints"), "JSON", path="/api/proof/checkpoints"),
        ),
    ),
    Dataset(
        "openapi",
        Text("Mô tả API", "API description"),
        Text("Tài liệu OpenAPI của mọi địa chỉ trên.", "The OpenAPI document of every address above."),
        (Download(Text("OpenAPI", "OpenAPI"), "JSON", "api:openapi-json"),),
    ),
)


@dataclass(frozen=True)
class Offer:
    """A dataset with the addresses that exist: (label, format, url)."""

    dataset: Dataset
    links: list[tuple[str, str, str]]


def offered(request: HttpRequest) -> list[Offer]:
    """Datasets with at least one address, and the map layers this reader may see."""
    served = openapi.document(request)["paths"]
    offers = []
    for dataset in DATASETS:
        links = []
        for item in dataset.downloads:
            address = link_to(item.page) if item.page else item.path if item.path in served else ""
            if address:
                links.append((str(item.label), item.format, address))
        if links:
            offers.append(Offer(dataset, links))
    layers = [
        (str(layer.title), "GeoJSON", link_to("portal:layer", layer.id)) for layer in visible_layers(request.user)
    ]
    if layers:
        title = Text("Lớp bản đồ", "Map layers")
        about = Text(
            "Hình và phân loại tại một ngày; thêm ?ngay=2021-12-31 để xem ngày khác.",
            "Shapes and classes on a day; add ?ngay=2021-12-31 for another day.",
        )
        offers.insert(len(offers) - 1, Offer(Dataset("layers", title, about, ()), layers))
    return offers
