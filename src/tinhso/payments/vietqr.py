"""VietQR: payment codes that banking apps scan, written and read.

The text is EMV QR Code Specification for Payment Systems, Merchant-Presented Mode (EMVCo, v1.1): objects of a two-digit
tag, a two-digit length in characters and a value, closed by tag 63, a CRC-16/CCITT-FALSE over the UTF-8 bytes of
everything before its value. NAPAS puts a transfer to an account into tag 38:

    38 { 00 A000000727, 01 { 00 bank's BIN, 01 account or card }, 02 QRIBFTTA (account) or QRIBFTTC (card) }

A code proves no payment: it only carries what the payer's bank is asked to send.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

FORMAT, METHOD, MERCHANT, CURRENCY, AMOUNT, COUNTRY, NAME, CITY, MORE, CRC = (
    "00", "01", "38", "53", "54", "58", "59", "60", "62", "63",
)  # fmt: skip
PURPOSE = "08"
NAPAS = "A000000727"
ACCOUNT, CARD = "QRIBFTTA", "QRIBFTTC"
DONG, VIETNAM = "704", "VN"
#: What one object's two-digit length can say, and the standard's limits of an amount and a purpose.
MOST, AMOUNT_MOST, PURPOSE_MOST = 99, 10**13 - 1, 25
_BIN = re.compile(r"\d{6}")
_NUMBER = re.compile(r"[0-9A-Za-z]{1,19}")
_AMOUNT = re.compile(r"(\d{1,13})(?:\.0*)?")

Objects = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Transfer:
    """What a code asks for. `amount` in đồng, None where the payer chooses; `service` ACCOUNT or CARD."""

    bin: str
    number: str
    amount: int | None = None
    purpose: str = ""
    service: str = ACCOUNT


@dataclass(frozen=True)
class Code:
    """A code as it was read: its objects in their order, unknown ones too, without the CRC."""

    objects: Objects

    def __str__(self) -> str:
        return _closed(self.objects)

    def value(self, *tags: str) -> str:
        """The value at a path of tags, e.g. `value("62", "08")`; "" where there is none."""
        objects, text = self.objects, ""
        for depth, tag in enumerate(tags):
            text = dict(objects).get(tag, "")
            if depth + 1 < len(tags):
                objects = _objects(text, tag)
        return text

    @property
    def dynamic(self) -> bool:
        """Whether it is for one payment (12) and not for many (11)."""
        return self.value(METHOD) == "12"

    @property
    def amount(self) -> int | None:
        """Whole đồng; None where the code names none."""
        text = self.value(AMOUNT)
        if not text:
            return None
        if not (found := _AMOUNT.fullmatch(text)):
            raise Invalid(
                _("Số tiền «%(amount)s» không phải số đồng nguyên.") % {"amount": text}, place=AMOUNT, mend="10000"
            )
        return int(found[1])

    @property
    def transfer(self) -> Transfer | None:
        """What it asks for as a NAPAS transfer; None where it is another network's code."""
        if self.value(MERCHANT, "00") != NAPAS:
            return None
        bank, number = self.value(MERCHANT, "01", "00"), self.value(MERCHANT, "01", "01")
        service = self.value(MERCHANT, "02") or ACCOUNT
        return Transfer(bank, number, self.amount, self.value(MORE, PURPOSE), service)


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE of the UTF-8 bytes, as four upper-case hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def plain(text: str) -> str:
    """Printable ASCII without marks, blanks single: "Lệ phí  hồ sơ" → "Le phi ho so". What has no such letter goes."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join("".join(char if " " <= char <= "~" else " " * char.isspace() for char in bare).split())


def write(transfer: Transfer) -> str:
    """The text of a code that asks for a transfer. The purpose loses its marks; Invalid says what cannot be."""
    if not _BIN.fullmatch(transfer.bin):
        raise Invalid(_("Mã BIN gồm 6 chữ số."), place="bin", mend="970416")
    if not _NUMBER.fullmatch(transfer.number):
        raise Invalid(_("Số tài khoản gồm 1 đến 19 chữ cái không dấu hoặc chữ số."), place="number", mend="0123456789")
    if transfer.service not in (ACCOUNT, CARD):
        raise Invalid.among(transfer.service, (ACCOUNT, CARD), place="service")
    if transfer.amount is not None and not 0 < transfer.amount <= AMOUNT_MOST:
        raise Invalid(_("Số tiền là số đồng nguyên lớn hơn 0, nhiều nhất 13 chữ số."), place="amount", mend="10000")
    purpose = plain(transfer.purpose)
    if len(purpose) > PURPOSE_MOST:
        raise Invalid(
            _("Nội dung chuyển tiền dài %(long)d ký tự, nhiều nhất %(most)d.")
            % {"long": len(purpose), "most": PURPOSE_MOST},
            place="purpose",
            mend=purpose[:PURPOSE_MOST].rstrip(),
        )
    account = _text((("00", transfer.bin), ("01", transfer.number)))
    objects = [
        (FORMAT, "01"),
        (METHOD, "11" if transfer.amount is None else "12"),
        (MERCHANT, _text((("00", NAPAS), ("01", account), ("02", transfer.service)))),
        (CURRENCY, DONG),
        (AMOUNT, "" if transfer.amount is None else str(transfer.amount)),
        (COUNTRY, VIETNAM),
        (MORE, _text(((PURPOSE, purpose),)) if purpose else ""),
    ]
    return _closed(tuple((tag, value) for tag, value in objects if value))


def read(text: str) -> Code:
    """Read a code's text; Invalid names the place (the path of tags) and what is wrong there."""
    text = text.strip("\r\n\t ")
    if not re.fullmatch(r".*6304[0-9A-Fa-f]{4}", text, re.DOTALL):
        raise Invalid(_("Mã không kết thúc bằng 6304 và 4 chữ số kiểm tra."), place=CRC, mend=_("Chép trọn mã."))
    body, told = text[:-4], text[-4:].upper()
    try:
        wanted = crc(body)
    except UnicodeEncodeError as error:
        raise Invalid(_("Mã có ký tự không viết được bằng UTF-8."), place=CRC, mend=_("Chép lại mã.")) from error
    if told != wanted:
        raise Invalid(
            _("Chữ số kiểm tra là %(told)s, tính ra %(wanted)s: mã chép sai hoặc bị sửa.")
            % {"told": told, "wanted": wanted},
            place=CRC,
            mend=_("Quét lại mã gốc."),
        )
    objects = _objects(body[:-4], "")
    if not objects or objects[0] != (FORMAT, "01"):
        raise Invalid(_("Mã phải bắt đầu bằng 000201."), place=FORMAT, mend=_("Kiểm tra đây là mã thanh toán EMVCo."))
    code = Code(objects)
    # Read once here, so that a code in hand never refuses later.
    _unused = code.transfer, code.amount
    return code


def _text(objects: Objects) -> str:
    """Objects as text; a value longer than two digits can say is refused."""
    for tag, value in objects:
        if len(value) > MOST:
            raise Invalid(_("Giá trị dài hơn %(most)d ký tự.") % {"most": MOST}, place=tag)
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in objects)


def _closed(objects: Objects) -> str:
    body = f"{_text(objects)}{CRC}04"
    return body + crc(body)


def _objects(text: str, within: str) -> Objects:
    """The objects a text is made of; each tag once."""
    found = tuple(_split(text, within))
    tags = [tag for tag, _value in found]
    if twice := {tag for tag in tags if tags.count(tag) > 1}:
        raise Invalid(_("Thẻ %(tag)s có hai lần.") % {"tag": min(twice)}, place=_place(within, min(twice)))
    return found


def _split(text: str, within: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):
            raise Invalid(
                _("Ở ký tự %(at)d cần 2 chữ số thẻ và 2 chữ số độ dài, có «%(head)s».") % {"at": at + 1, "head": head},
                place=_place(within, ""),
            )
        tag, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if len(value) < length:
            raise Invalid(
                _("Thẻ %(tag)s nói dài %(said)d ký tự nhưng chỉ còn %(left)d.")
                % {"tag": tag, "said": length, "left": len(value)},
                place=_place(within, tag),
            )
        yield tag, value
        at += 4 + length


def _place(within: str, tag: str) -> str:
    return "/".join(part for part in (within, tag) if part) or FORMAT
