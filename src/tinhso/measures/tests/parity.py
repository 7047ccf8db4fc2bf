"""A rule for tests: a number counts when it is even."""


def count(inputs):
    for item in inputs["numbers"]:
        number = item["number"]
        row = {"key": f"n{number:05}", "numerator": int(number % 2 == 0), "denominator": 1, "title": f"Số {number}"}
        if "unit" in item:
            row["unit"] = item["unit"]
        if "private_hash" in item:
            row["private_hash"] = item["private_hash"]
        yield row
