"""What a record says that the shop can make nothing of: kept or left out, never fatal, always told."""

from .codes import KNOWN


class Oddities:
    """Collects them while a record is read."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def note(self, what: str, value: str) -> None:
        """`what` is the element or code list that the value stands in."""
        self.found.append((what, value[:50]))

    def code(self, number: int, value: str) -> str:
        """The code; noted if it is none of the list of this number."""
        if value and value not in KNOWN[number]:
            self.note(f"list {number}", value)
        return value
