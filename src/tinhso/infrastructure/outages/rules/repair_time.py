"""Mean time to repair: from the first failure of an outage to the last return, in whole minutes, cut.

Counted are the outages of the measured networks that ended within the period, but neither planned maintenance nor false
alarms. Without any there is no data.
"""


def count(inputs):
    """One row, "mean": numerator the mean in minutes."""
    counted = [one for one in inputs["outages"] if not one["planned"] and one["cause"] != "false_alarm"]
    if counted:
        seconds = sum(one["to"] - one["from"] for one in counted)
        yield {
            "key": "mean",
            "numerator": seconds // len(counted) // 60,
            "denominator": 1,
            "state": "counted",
            "outages": len(counted),
            "minutes": seconds // 60,
        }
