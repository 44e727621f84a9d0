"""What the shop knows of a person, room by room: handed over when its owner asks, given up when its owner leaves.

Each room that keeps such data receives these signals in its receivers.py; customers, who ask, import no room. Signals
are sent with `send`: what a receiver raises undoes all of it.
"""

from django.dispatch import Signal

# user: User. A receiver returns {section: plain data that JSON can hold}.
data_asked_for = Signal()

# user: User. A receiver raises NotErasable where something between the shop and this person is still open.
erasure_asked_for = Signal()

# user: User, whose row is locked and is deleted next; at: datetime. Nobody has refused. A receiver deletes or blanks
# what its room knows, and keeps what the law has a shop keep.
account_erased = Signal()


class NotErasable(Exception):
    """The account cannot go yet; the message tells its owner why, and what can be done."""
