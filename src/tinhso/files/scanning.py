"""Malware scanning by clamd, where one is configured (TINHSO_CLAMD: a socket's path, or host:port).

The protocol is clamd's INSTREAM: length-prefixed blocks, an empty one at the end, one line as the answer.
"""

from __future__ import annotations

import logging
import socket
import struct
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid, Problem

log = logging.getLogger("tinhso.files")
BLOCK = 2**17
SECONDS = 20


class ScannerDown(Problem):
    """The scanner does not answer: nothing is taken unscanned."""

    status, code = 503, "scanner-down"


def scan(path: Path) -> None:
    """Have a file scanned. Invalid: infected. ScannerDown: try again later. Nothing where no scanner is configured."""
    where = settings.CLAMD
    if not where:
        return
    try:
        answer = _ask(where, path)
    except OSError as error:
        log.error("clamd at %s: %s", where, error)
        raise _down() from error
    if answer.endswith("FOUND"):
        name = answer.removeprefix("stream:").removesuffix("FOUND").strip()
        log.warning("refused an infected upload: %s", name)
        raise Invalid(
            _("Tệp bị nhiễm mã độc (%(name)s) nên không được nhận.") % {"name": name},
            place="file",
            mend=_("Quét virus máy của bạn rồi gửi tệp sạch."),
        )
    if answer != "stream: OK":
        log.error("clamd at %s answered %r", where, answer)
        raise _down()


def _down() -> ScannerDown:
    return ScannerDown(_("Chưa quét được mã độc nên chưa nhận tệp."), place="file", mend=_("Xin gửi lại sau ít phút."))


def _ask(where: str, path: Path) -> str:
    with _connect(where) as link, path.open("rb") as source:
        link.sendall(b"zINSTREAM\0")
        while block := source.read(BLOCK):
            link.sendall(struct.pack("!I", len(block)) + block)
        link.sendall(struct.pack("!I", 0))
        told = b""
        while not told.endswith(b"\0") and len(told) < 4096 and (part := link.recv(4096)):
            told += part
    return told.rstrip(b"\0\n").decode("utf-8", "replace").strip()


def _connect(where: str) -> socket.socket:
    host, _colon, port = where.rpartition(":")
    if port.isdigit() and not where.startswith("/"):
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(SECONDS)
    link.connect(where)
    return link
