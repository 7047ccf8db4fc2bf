"""Planned cable delivered on time: of the metres due by the end of a day, how many were in service on their due day.

A phase is due on the day named by its approval. Each of its spans weighs its planned metres; it was delivered on time
when the network's record has it with the status "operational" at the end of the due day. A span without a length weighs
nothing and is counted apart. A phase whose due day is later than the day asked about is not counted yet.
"""

OPERATIONAL = "operational"


def count(inputs):
    """One row per phase that is due: numerator the metres in service on its day, denominator the metres due."""
    for phase in inputs["phases"]:
        if phase["due_on"] > inputs["as_of"]:
            continue
        due = on_time = late = 0
        for span in phase["spans"]:
            due += span["metres"]
            if span["status_on_due_day"] == OPERATIONAL:
                on_time += span["metres"]
            elif span["status"] == OPERATIONAL:
                late += span["metres"]
        yield {
            "key": phase["phase"],
            "numerator": on_time,
            "denominator": due,
            "due_on": phase["due_on"],
            "metres_late": late,
            "spans": len(phase["spans"]),
            "spans_without_length": sum(span["metres"] == 0 for span in phase["spans"]),
            "state": "on_time" if on_time == due else "partial" if on_time else "late",
        }
