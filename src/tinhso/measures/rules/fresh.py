"""Figures that are fresh: an indicator counts when its latest measurement is at most `days` days old.

inputs: {"day": the day asked about, "days": how old a figure may be,
"indicators": [{"id", "latest": the last day measured, or null}]}
"""

from datetime import date


def count(inputs):
    day = date.fromisoformat(inputs["day"])
    for indicator in inputs["indicators"]:
        latest = indicator["latest"]
        age = None if latest is None else (day - date.fromisoformat(latest)).days
        yield {
            "key": indicator["id"],
            "numerator": int(age is not None and age <= inputs["days"]),
            "denominator": 1,
            "latest": latest,
            "age_days": age,
        }
