"""Complete data: which spans of the record carry everything that planning and fault repair need.

A span in the record at the end of a day, whatever its status, is complete when it has: start, end, status, route,
fibreLength, transmissionMedium, deployment and phase; fibreCount too, unless its medium is known and is not fibre; and
readyForServiceDate when its status is "operational". A decommissioned span is not counted.
"""

ALWAYS = ("start", "end", "status", "route", "fibreLength", "transmissionMedium", "deployment", "phase")


def required(span):
    """The attributes that this span must have."""
    medium = span["medium"]
    fibre = ("fibreCount",) if not medium or "fibre" in medium else ()
    served = ("readyForServiceDate",) if span["status"] == "operational" else ()
    return ALWAYS + fibre + served


def count(inputs):
    """One row per span: numerator 1 when nothing is missing; what is missing is named."""
    for span in inputs["spans"]:
        if span["status"] == "decommissioned":
            continue
        missing = [name for name in required(span) if name in span["missing"]]
        yield {
            "key": span["span"],
            "numerator": int(not missing),
            "denominator": 1,
            "missing": " ".join(missing),
        }
