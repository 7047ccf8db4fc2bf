"""Photographs made anew: the picture stays, where and with what it was taken goes."""

from __future__ import annotations

import warnings
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from tinhso.foundation.errors import Invalid

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
MOST_PIXELS = 60_000_000
_KEPT_MODES = {"JPEG": {"L", "RGB", "CMYK"}, "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}}


def rewrite(path: Path, kind: str) -> None:
    """Decode an image and write it again in its own format: upright, without EXIF, comments, profiles or appendages.

    Invalid: broken, or more than 60 million pixels (a small file can unfold to gigabytes).
    """
    form = FORMATS[kind]
    try:
        with warnings.catch_warnings(), Image.open(path, formats=[form]) as source:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            _refuse_size(source.width * source.height)
            quality = {"quality": 90, "optimize": True} if form == "JPEG" else {}
            bare = ImageOps.exif_transpose(source)
            if bare.mode not in _KEPT_MODES[form]:
                bare = bare.convert("RGB")
            bare.load()
            # Writers take comments, profiles and the like from here.
            bare.info = {name: value for name, value in bare.info.items() if name == "transparency"}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse_size(MOST_PIXELS + 1)
    except (OSError, ValueError, SyntaxError, EOFError) as broken:
        raise Invalid(
            _("Ảnh hỏng, không đọc được."), place="file", mend=_("Chụp hoặc quét lại rồi gửi ảnh mới.")
        ) from broken
    bare.save(path, form, **quality)


def _refuse_size(pixels: int) -> None:
    if pixels > MOST_PIXELS:
        raise Invalid(
            _("Ảnh quá lớn: hơn %(most)d triệu điểm ảnh.") % {"most": MOST_PIXELS // 10**6},
            place="file",
            mend=_("Chụp hoặc quét lại ở độ phân giải thấp hơn (200–300 dpi là đủ)."),
        )
