"""Codes of agencies: new form `H40.12.03` (Decision 20/2020/QĐ-TTg), old form `000.03.12.H40` (QCVN 102:2016)."""

import re

NEW = re.compile(r"[A-Z]\d{2}(\.\d{2}(\.\d{2}(\.\d{3})?)?)?")
OLD = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}")


def old_form(code_new: str) -> str:
    """The old form of a code of up to four levels; "" where it is none."""
    if not NEW.fullmatch(code_new):
        return ""
    parts = code_new.split(".")
    top, second, third, fourth = parts + ["00", "00", "00", "000"][len(parts) :]
    return f"{fourth}.{third}.{second}.{top}"


def new_form(code_old: str) -> str:
    """The new form of an old code; "" where it is none."""
    if not OLD.fullmatch(code_old):
        return ""
    fourth, third, second, top = code_old.split(".")
    parts = [top, second, third, fourth]
    while len(parts) > 1 and set(parts[-1]) == {"0"}:
        parts.pop()
    return ".".join(parts)
