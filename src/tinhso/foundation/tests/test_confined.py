"""Programs that read strangers' files have little memory and time, and nothing beside them gets in."""

from pathlib import Path

import pytest

from tinhso.foundation import confined as module
from tinhso.foundation.confined import GaveUp, confined


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "json.py").write_text("raise SystemExit('a module that lies beside the program')")
    path = tmp_path / "program.py"
    path.write_text(
        "import json, sys\n"
        "if sys.argv[1] == 'memory': bytearray(2**30)\n"
        "while sys.argv[1] == 'time': pass\n"
        "print(json.dumps([sys.argv[1:], sys.stdin.buffer.read().decode()]))\n"
    )
    return path


def test_it_answers_what_it_was_given(program):
    assert confined(program, ["a", "b"], b"xin") == b'[["a", "b"], "xin"]\n'


@pytest.mark.parametrize("greed", ["memory", "time"])
def test_it_ends_when_it_wants_too_much(program, monkeypatch, greed):
    monkeypatch.setattr(module, "SECONDS", 1)
    with pytest.raises(GaveUp, match=r"program\.py"):
        confined(program, [greed], b"")
