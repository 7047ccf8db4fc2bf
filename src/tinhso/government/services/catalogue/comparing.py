"""How two definitions differ, part by part, in words an editor or a citizen can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.text import Text
from tinhso.government.services.catalogue.wording import AUDIENCES, KINDS, LEVELS, ROLES, WAYS
from tinhso.government.services.ground.schema import COPIES, ONLINE
from tinhso.workdays.rules import PAUSES, UNITS

PARTS = {
    "name": Text("Tên", "Name"),
    "summary": Text("Tóm tắt", "Summary"),
    "field": Text("Lĩnh vực", "Field"),
    "level": Text("Cấp giải quyết", "Level"),
    "authority": Text("Cơ quan giải quyết", "Competent authority"),
    "audience": Text("Đối tượng", "For whom"),
    "online": Text("Mức trực tuyến", "Online level"),
    "channels": Text("Cách nộp", "Ways to file"),
    "limit": Text("Thời hạn", "Time limit"),
    "events": Text("Sự kiện", "Life events"),
    "conditions": Text("Điều kiện", "Conditions"),
    "legal_basis": Text("Căn cứ pháp lý", "Legal basis"),
    "documents": Text("Giấy tờ", "Papers"),
    "form": Text("Tờ khai", "Form"),
    "fees": Text("Phí, lệ phí", "Fees"),
    "steps": Text("Các bước", "Steps"),
    "result": Text("Kết quả", "Result"),
    "title": Text("Tên", "Name"),
    "label": Text("Tên", "Name"),
    "kind": Text("Loại", "Kind"),
    "kinds": Text("Loại bản", "Kinds of copy"),
    "required": Text("Bắt buộc", "Required"),
    "copies": Text("Số bản", "Copies"),
    "amount": Text("Số", "Amount"),
    "unit": Text("Đơn vị", "Unit"),
    "cut_off": Text("Giờ chốt", "Cut-off"),
    "pauses": Text("Thời gian không tính", "Not counted"),
    "supplements": Text("Số lần bổ sung dừng đồng hồ", "Supplement requests that stop the clock"),
    "role": Text("Người làm", "By whom"),
    "agency": Text("Cơ quan", "Agency"),
    "options": Text("Lựa chọn", "Options"),
    "columns": Text("Cột", "Columns"),
    "help": Text("Hướng dẫn", "Help"),
}
_WORDS = {**LEVELS, **ONLINE, **AUDIENCES, **WAYS, **COPIES, **ROLES, **KINDS, **UNITS, **PAUSES}
_ORDER = Text("thứ tự", "order")
_YES_NO = {True: Text("có", "yes"), False: Text("không", "no")}


@dataclass(frozen=True)
class Difference:
    """One part that differs; `before` or `after` None: it was not there."""

    part: Text
    before: Text | None
    after: Text | None

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every part two definitions hold differently; papers, fields, fees and steps are matched by their keys."""
    found: list[Difference] = []
    for name, part in PARTS.items():
        if before.get(name) != after.get(name):
            found += _part(part, before.get(name), after.get(name))
    return found


def _part(part: Text, before: Any, after: Any) -> Iterator[Difference]:
    if _keyed(before) and _keyed(after):
        yield from _items(part, {_key(item): item for item in before}, {_key(item): item for item in after})
    elif isinstance(before, Mapping) and isinstance(after, Mapping) and "vi" not in before:
        for name in {**before, **after}:
            if before.get(name) != after.get(name):
                yield from _part(_under(part, PARTS.get(name, Text(name, name))), before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from (Difference(part, _words(item), None) for item in before if item not in after)
        yield from (Difference(part, None, _words(item)) for item in after if item not in before)
        if sorted(map(str, before)) == sorted(map(str, after)):
            yield Difference(_under(part, _ORDER), _words(before), _words(after))
    else:
        yield Difference(part, _words(before), _words(after))


def _items(part: Text, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        named = _under(part, _name(now or was or {}))
        if was is None or now is None:
            yield Difference(named, _words(was), _words(now))
        elif was != now:
            yield from _part(named, was, now)
    if list(before) != list(after) and set(before) == set(after):
        yield Difference(_under(part, _ORDER), _names(before.values()), _names(after.values()))


def _keyed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) and _key(item) for item in value)


def _key(item: Mapping[str, Any]) -> str:
    return item.get("key") or item.get("code") or ""


def _name(item: Mapping[str, Any]) -> Text:
    said = item.get("name") or item.get("title") or item.get("label") or {"vi": _key(item), "en": _key(item)}
    return Text(said["vi"], said["en"])


def _names(items: Any) -> Text:
    names = [_name(item) for item in items]
    return Text(" → ".join(name.vi for name in names), " → ".join(name.en for name in names))


def _under(part: Text, name: Text) -> Text:
    return Text(f"{part.vi} › {name.vi}", f"{part.en} › {name.en}")


def _words(value: Any) -> Text | None:
    """A value in both languages; the keys of a group are left out."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, list):
        return _joined([_words(item) for item in value], "; ")
    if isinstance(value, Mapping):
        if "vi" in value:
            return Text(value["vi"], value["en"])
        return _joined([_words(item) for name, item in value.items() if name not in ("key", "code")], " · ")
    return _WORDS.get(value, Text(str(value), str(value)))


def _joined(parts: Any, mark: str) -> Text:
    told = [part for part in parts if part is not None and part.vi]
    return Text(mark.join(part.vi for part in told), mark.join(part.en for part in told))
