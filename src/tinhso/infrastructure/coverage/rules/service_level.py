"""Broadband at the level of service: which units' own measurements show it.

A test reaches the level when its download and upload are at least the level's and its round trip at most; a test
that did not measure upload or round trip is judged by what it did measure. A unit reaches the level when at least
`share_permille` of its tests do. A unit with fewer tests than `enough`, or any unit while no level is set, has no data.
"""


def reaches(test, level):
    """Whether one test [download kbit/s, upload kbit/s or None, round trip µs or None] reaches the level."""
    download, upload, latency = test
    return (
        download >= level["download_kbps"]
        and (upload is None or upload >= level["upload_kbps"])
        and (latency is None or latency <= level["latency_us"])
    )


def median(numbers):
    """The lower median of whole numbers; None of none."""
    ordered = sorted(number for number in numbers if number is not None)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def count(inputs):
    """One row per unit: numerator 1 when enough of its tests reach the level, denominator 0 where nothing is known."""
    level = inputs["level"]
    for unit in inputs["units"]:
        tests = unit["tests"]
        known = level is not None and len(tests) >= inputs["enough"]
        good = sum(reaches(test, level) for test in tests) if level is not None else 0
        there = known and good * 1000 >= level["share_permille"] * len(tests)
        yield {
            "key": unit["unit"],
            "numerator": int(there),
            "denominator": int(known),
            "state": ("reached" if there else "below") if known else "no_data",
            "tests": len(tests),
            "good": good,
            "download_kbps": median(test[0] for test in tests),
            "upload_kbps": median(test[1] for test in tests),
            "latency_us": median(test[2] for test in tests),
        }
