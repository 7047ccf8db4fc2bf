"""A share by row: of `of`, those under `plus`, less those under `minus`, never below nought.

The inputs name the counts; a row without anything to count is "no data".
"""


def count(inputs):
    """One row per agency or procedure: numerator and denominator are counts of dossiers, papers or procedures."""
    share = inputs["share"]
    for row in inputs["rows"]:
        counts = row["counts"]
        whole = counts[share["of"]]
        part = sum(counts[name] for name in share["plus"]) - sum(counts[name] for name in share["minus"])
        yield {
            "key": row["key"],
            **({"unit": row["unit"]} if "unit" in row else {}),
            "numerator": max(part, 0) if whole else 0,
            "denominator": whole,
            "state": "no_data" if not whole else "whole" if part >= whole else "part",
        }
