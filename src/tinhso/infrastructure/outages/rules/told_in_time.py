"""Outages of which every affected agency was told within thirty minutes of the beginning.

Counted are the outages of the measured networks that began within the period and cut off at least one agency, but
neither planned maintenance nor false alarms. An agency without an address is an agency not told. An outage that was
over within the thirty minutes counts all the same. One whose thirty minutes are not over yet counts once they are.
"""

LIMIT = 30 * 60


def count(inputs):
    """One row per outage: numerator 1 when each of its agencies was told in time."""
    for one in inputs["outages"]:
        if one["planned"] or one["cause"] == "false_alarm" or not one["agencies"]:
            continue
        if inputs["until"] - one["from"] < LIMIT:
            continue
        told = sum(after <= LIMIT for after in one["told_after"])
        yield {
            "key": one["outage"],
            "numerator": int(told >= one["agencies"]),
            "denominator": 1,
            "state": "in_time" if told >= one["agencies"] else "late",
            "agencies": one["agencies"],
            "agencies_told": told,
        }
