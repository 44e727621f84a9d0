"""The whole contract between the shop and the apps beside it.

Every signal is sent with `send` inside the use case's transaction: what a receiver raises undoes all of it.
"""

from dataclasses import dataclass

from django.dispatch import Signal

# quantities: dict[book_id, opening copies]; actor: User | None; reason: str; at: when, if not now;
# is_stocked: whether the shop means to have copies of them, which it does unless told otherwise
books_added = Signal()

# order: Order; lines: list[OrderLine] in the order of their books' primary keys
# in_advance (order_placed): ids of the books of which copies may be promised that have yet to come in; at: when, if not
# when the order was placed: one that had expired is taken up again
order_placed = Signal()
order_cancelled = Signal()  # by the customer, by staff, or because it expired unpaid; at: datetime

# The lines are as they were before: their counters tell nothing yet of what is announced here.
# For what may concern some copies of an order only, these say how many: dict[OrderLine's primary key, copies], of the
# given lines. reference: what the parcel, or the return, is called, the same at no other time; actor: User | None;
# at: datetime
order_dispatched = Signal()  # also: handed over in the shop; copies
# restocked: the copies that are on hand again; others came back too, but cannot be sold
order_returned = Signal()
# they will not be sent; copies, and written_off: those of them that cannot be sold; owes_refund: whether the customer
# is to get their price back because of this, which else is seen to by whoever calls them off
copies_called_off = Signal()

# book_ids: books of which a copy is available now where none was, or none any more
availability_changed = Signal()  # the one that inventory sends, inside the transaction that changes the stock


@dataclass(frozen=True)
class Shortage:
    """One line of an order that asks for more copies than are available."""

    book_id: int
    requested: int
    available: int


class InsufficientStock(Exception):
    """An order asks for copies that are not there; nothing of it is kept."""

    def __init__(self, shortages: list[Shortage]) -> None:
        self.shortages = shortages
        super().__init__(
            ", ".join(f"book {s.book_id}: {s.requested} asked, {s.available} available" for s in shortages)
        )
