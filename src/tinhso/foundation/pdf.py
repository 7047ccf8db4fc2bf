"""PDF by Typst: a template and its data give the same bytes every time, archival (PDF/A-2b), exact Vietnamese.

Full fonts travel with the program: web-font subsets garble Vietnamese, and system fonts differ between machines.
"""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import typst

from tinhso.foundation.errors import Problem

FONTS = Path(__file__).parent / "fonts"


class PdfFailed(Problem):
    """The template does not compile with this data."""

    status, code = 500, "pdf-failed"


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def render(template: Path, data: dict[str, Any], *, moment: datetime) -> bytes:
    """Compile a .typ template to PDF/A-2b. It reads the data by `json(bytes(sys.inputs.data))`.

    `moment` is the document's date (not the clock's: equal input gives equal bytes). The template reaches no file
    outside its own folder. PdfFailed names what is wrong.
    """
    try:
        return typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=_fonts(),
            sys_inputs={"data": orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()},
            pdf_standards=["a-2b"],
            timestamp=moment.replace(microsecond=0),
        )
    except (typst.TypstError, RuntimeError) as failed:
        raise PdfFailed(str(failed), place=template.name) from failed
