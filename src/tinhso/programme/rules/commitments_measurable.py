"""A commitment is measurable when it names what is measured, how much, by when and who answers for it.

Inputs: {"commitments": [{"uid", "owner", "indicator", "comparator", "target_numerator", "target_denominator", "due"}]};
a part that is missing is null or empty. One row for each commitment in force, counted 1 when nothing is missing.
"""

PARTS = ("indicator", "target", "due", "owner")


def missing_parts(commitment):
    """The parts of PARTS a commitment lacks, in that order."""
    present = {
        "indicator": bool(commitment["indicator"]),
        "target": bool(commitment["comparator"])
        and commitment["target_numerator"] is not None
        and bool(commitment["target_denominator"]),
        "due": bool(commitment["due"]),
        "owner": bool(commitment["owner"]),
    }
    return [part for part in PARTS if not present[part]]


def count(inputs):
    """One row for each commitment: 1 of 1 when measurable, else 0 of 1 with what is missing."""
    for commitment in inputs["commitments"]:
        missing = missing_parts(commitment)
        yield {
            "key": commitment["uid"],
            "numerator": 0 if missing else 1,
            "denominator": 1,
            "missing": missing,
        }
