"""Route length: metres of route in service, by phase of the programme.

The routes of all spans that have the status "operational" at the end of a day are added up, each span once, parallel
spans each, in whole metres; a span without a recorded length adds nothing and is counted apart. Spans that belong to
no phase form a row of their own.
"""

NO_PHASE = "-"


def count(inputs):
    """One row per phase: numerator the metres in service."""
    names = {phase["phase"]: phase["name"] for phase in inputs["phases"]}
    totals = {key: [0, 0, 0] for key in names}
    for span in inputs["spans"]:
        if span["status"] != "operational":
            continue
        total = totals.setdefault(span["phase"] or NO_PHASE, [0, 0, 0])
        total[0] += span["metres"] or 0
        total[1] += 1
        total[2] += span["metres"] is None
    for key, (metres, spans, unmeasured) in totals.items():
        yield {
            "key": key,
            "phase": names.get(key, ""),
            "numerator": metres,
            "denominator": 1,
            "spans": spans,
            "spans_without_length": unmeasured,
        }
