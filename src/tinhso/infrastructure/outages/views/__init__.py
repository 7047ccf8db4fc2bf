"""Pages of outages: for everyone by unit, for the operator's own people with elements and history."""
