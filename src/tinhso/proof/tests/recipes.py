"""States of the log that tests begin from."""

from tinhso.proof import sequencer
from tinhso.proof.log import append
from tinhso.proof.models import Entry


def entries(count: int, start: int = 0) -> list[Entry]:
    """Entries that wait for the sequencer."""
    return [append("reading", f"station:{number}", {"value": number}) for number in range(start, start + count)]


def sequenced(*sizes: int) -> list[Entry]:
    """Entries in the log, one checkpoint after each group of so many."""
    made: list[Entry] = []
    for size in sizes:
        made += entries(size, len(made))
        sequencer.run_once()
    return made
