"""Vietnamese text: two languages side by side, folding for search, a key for sorting."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

# The Vietnamese alphabet, then the tones in dictionary order: none, huyền, hỏi, ngã, sắc, nặng.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_VIETNAMESE = _LETTERS + _LETTERS.upper()
VIETNAMESE = re.compile(f"[{_VIETNAMESE}]")
_WORD = rf"[^\W\d_]*[{_VIETNAMESE}][^\W\d_]*"
# A syllable without marks before a marked one ("Nam Định"), and up to three between two ("quan nên không").
_PART = re.compile(rf"(?:\b[A-Z][a-z]{{1,5}} )?{_WORD}(?:(?:[ ,;:–-]+[A-Za-z0-9]{{1,6}}){{0,3}}[ ,;:–-]+{_WORD})*")
_RANK = {letter: chr(0x61 + index) for index, letter in enumerate(ALPHABET)}


def language() -> str:
    """The reader's language, "vi" or "en": English where it was asked for, else Vietnamese."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


@dataclass(frozen=True)
class Text:
    """One text in both languages; printed, it speaks the reader's."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en if language() == "en" else self.vi


def is_vietnamese(text: str) -> bool:
    """Whether a text has letters that of the two languages only Vietnamese has."""
    return VIETNAMESE.search(unicodedata.normalize("NFC", text)) is not None


def mostly_vietnamese(text: str) -> bool:
    """Whether a text is Vietnamese rather than English with Vietnamese names in it: two words in five have marks."""
    words = re.findall(r"[^\W\d_]+", text)
    return 5 * sum(map(is_vietnamese, words)) >= 2 * len(words)


def vietnamese_parts(text: str) -> list[tuple[int, int]]:
    """Where Vietnamese stands inside an English text: (start, end) of each run of marked words."""
    return [found.span() for found in _PART.finditer(text)]


def fold(text: str) -> str:
    """Letters without case, marks or đ, blanks single: what search compares.

    Both tone placements (hoà, hòa) and both normal forms fold alike.
    """
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(kept.replace("\0", "").split())


@lru_cache(maxsize=65536)
def sort_key(text: str) -> str:
    """A key whose bytewise order is that of the Vietnamese dictionary: letters first, tones break ties."""
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text.casefold()):
        tone, base = 0, char
        parts = unicodedata.normalize("NFD", char)
        for mark in parts[1:]:
            if mark in TONES:
                tone = TONES[mark]
                base = unicodedata.normalize("NFC", parts.replace(mark, ""))
        letters.append(_RANK.get(base, base if base < "a" else "\x7f" + base))
        if base.isalpha():
            tones.append(str(tone))
    return "".join(letters) + "\x01" + "".join(tones)
