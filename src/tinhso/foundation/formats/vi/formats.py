"""Vietnamese numbers are grouped by thousands: 1.780.333 (Django leaves them ungrouped)."""

NUMBER_GROUPING = 3
