"""Points of the service index: full points at a part's threshold, below it pro rata; in thousandths of a point, cut.

A part without anything to count is "no data": its points are neither earned nor attainable. An agency's result is what
it earned of what it could attain.
"""


def score(part, counts):
    """(earned, attainable) in thousandths of a point."""
    whole = counts[part["of"]]
    if not whole:
        return 0, 0
    done = sum(counts[name] for name in part["plus"]) - sum(counts[name] for name in part["minus"])
    points = part["points"] * 1000
    return min(points, max(done, 0) * points * 1000 // (whole * part["full"])), points


def count(inputs):
    """One row per agency, with the thousandths earned and attainable in each group."""
    for row in inputs["rows"]:
        earned = attainable = 0
        groups = {}
        for group in inputs["formula"]["groups"]:
            scores = [score(part, row["counts"]) for part in group["parts"]]
            mine, most = sum(one[0] for one in scores), sum(one[1] for one in scores)
            groups[group["key"]] = mine
            groups[group["key"] + "_of"] = most
            earned, attainable = earned + mine, attainable + most
        yield {
            "key": row["key"],
            "unit": row["unit"],
            "numerator": earned,
            "denominator": attainable,
            "state": "scored" if attainable else "no_data",
            **groups,
        }
