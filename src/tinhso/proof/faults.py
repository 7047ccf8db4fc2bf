"""What a check of the log found."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """What differs: a stable `kind`, the place, and a sentence."""

    kind: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} · {self.place} · {self.what}"


@dataclass
class Report:
    """Outcome of a check: how much was checked, how many entries still wait, and what differs."""

    leaves: int = 0
    checkpoints: int = 0
    waiting: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, kind: str, place: str, what: str) -> None:
        self.faults.append(Fault(kind, place, what))
