"""A national portal in a process of its own: keeps what it took in a file, and misbehaves by a seed.

`python portal_stub.py FILE SEED TROUBLE` prints its port. TROUBLE of 100 requests fail before they are read, are
carried out without an answer, or are carried out twice as a careless proxy would. It recognises no repeated message:
a progress row that comes twice stands there twice.
"""

from __future__ import annotations

import json
import random
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any


class Portal:
    """What the portal holds; every message it took is a line of its file."""

    def __init__(self, path: Path) -> None:
        self.path, self.dossiers, self.rows, self.lock = path, {}, [], Lock()
        if path.exists():
            for line in path.read_text().splitlines():
                self.keep(*json.loads(line))

    def keep(self, operation: str, body: dict[str, Any]) -> None:
        if operation == "DongBoHoSoMC":
            self.dossiers[body["MaHoSo"]] = body
        else:
            self.rows.append(body)

    def take(self, operation: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        code = body.get("MaHoSo", "")
        if operation == "TraCuuHoSo":
            return 200, self.answer(code, body)
        if operation == "DongBoHoSoMC" and not body["isUpdating"] and code in self.dossiers:
            return 409, {"error_code": "1", "message": "exists"}
        if (operation == "CapNhatTienDoHoSoMC" or body.get("isUpdating")) and code not in self.dossiers:
            return 422, {"error_code": "2", "message": "unknown dossier"}
        with self.path.open("a") as file:
            file.write(json.dumps([operation, body]) + "\n")
        self.keep(operation, body)
        return 200, {"error_code": "00"}

    def answer(self, code: str, body: dict[str, Any]) -> dict[str, Any]:
        if code:
            found = [self.dossiers[code]] if code in self.dossiers else []
            return {"error_code": "0", "DanhSachHoSo": [self.told(one) for one in found]}
        inside = [
            self.told(one)
            for one in self.dossiers.values()
            if body["TuNgay"] <= one["NgayTiepNhan"][:8] <= body["DenNgay"]
        ]
        page = inside[(body["Trang"] - 1) * 5 : body["Trang"] * 5]
        return {"error_code": "0", "SoTrang": -(-len(inside) // 5) or 1, "DanhSachHoSo": page}

    def told(self, one: dict[str, Any]) -> dict[str, Any]:
        rows = [row for row in self.rows if row["MaHoSo"] == one["MaHoSo"]]
        return {"MaHoSo": one["MaHoSo"], "TrangThaiHoSo": one["TrangThaiHoSo"], "TienDo": rows}


def main(path: str, seed: str, trouble: str) -> None:
    portal, chance = Portal(Path(path)), random.Random(int(seed))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.path.rsplit("/", 1)[-1]
            with portal.lock:
                kind = chance.choice(("fail", "drop", "twice")) if chance.randrange(100) < int(trouble) else ""
                if self.headers["Authorization"] != "Bearer secret":
                    return self.say(401, {})
                if kind == "fail":
                    return self.say(503, {})
                answer = portal.take(operation, body)
                # Only what is recognised as the same may be handed on twice.
                if kind == "twice" and operation == "DongBoHoSoMC":
                    answer = portal.take(operation, body)
            if kind == "drop":
                return self.connection.close()
            return self.say(*answer)

        def say(self, status: int, body: dict[str, Any]) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *about: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
