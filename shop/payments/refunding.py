"""Money goes back: what staff decide, what follows from an order's end, and what was begun at the provider.

Each locks the order first, as whatever moves its copies or its money does; `owing.book` books it; the gateway is asked
after the commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.money import smallest, written
from shop.orders.calling_off import call_off
from shop.orders.copies import lock, locked
from shop.orders.models import Order, OrderLine
from shop.orders.returning import record_return
from shop.orders.transitions import NotPossible
from shop.reckoning import ZERO
from shop.tasks import enqueue
from shop.transactions import retry_on_conflict

from .apportioning import Fate, Left, Part, left_of
from .emails import mail_refunded
from .models import Payment, Refund
from .owing import CannotRefund, book
from .paying_back import pay_back


def why_not(order: Order) -> str:
    """Why money for this order cannot be kept."""
    return _("The order is %(status)s.") % {"status": order.get_status_display().lower()}


def paying(order: Order) -> Payment | None:
    """The payment that paid for an order, while there is something left of it.

    There is one at most: what else was paid for the order goes back whole as it comes in.
    """
    left = order.payments.filter(status=Payment.Status.SUCCEEDED, refunded__lt=F("amount"))
    return left.select_related("order").order_by("settled_at", "pk").first()


@retry_on_conflict
@transaction.atomic(durable=True)
def refund_payment(
    *,
    payment_id: int,
    parts: Sequence[Part],
    shipping: Decimal = ZERO,
    reason: str,
    key: str,
    actor: AbstractBaseUser | None,
) -> Refund:
    """Staff give back some or all of what was paid for an order that is not called off: for these copies, and so much
    of the delivery charge. Then the copies go where the parts say, and the money goes back through the gateway.

    The same key again gives the refund that it made. Raises NotPossible for an order that is not paid; CannotRefund for
    more than is left, and where nothing of the order would be left but some of its money; TooManyCopies for more copies
    than there are to go that way.
    """
    payment = Payment.objects.get(pk=payment_id)
    order = locked(payment.order_id)
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    known = Refund.objects.filter(key=key).first()
    if known and known.payment_id != payment.pk:
        raise CannotRefund(_("This form has been sent for another order."))
    if known:
        return known
    if not order.is_paid:
        raise NotPossible(order)
    left = left_of(order)
    _check(left, parts, shipping, reason, order.currency)
    refund = Refund(
        payment=payment,
        amount=sum((part.amount for part in parts), ZERO) + shipping,
        shipping=shipping,
        reason=reason.strip()[:200],
        key=key,
        actor_id=actor.pk if actor else None,
    )
    check_rest(left, parts, refund.amount, order.currency)
    book(refund, parts)
    enqueue(pay_back, refund.pk)
    _move_copies(order, parts, reason=refund.reason, actor=actor, at=refund.created_at)
    return refund


def check_rest(left: Left, parts: Iterable[Part], amount: Decimal, currency: str) -> None:
    """Raise CannotRefund where parts call off all that there is of an order of which nothing was ever sent, and the
    amount is less than all that is left: no money is kept for an order that is cancelled."""
    called_off = {
        part.line_id: part.copies for part in parts if part.fate != Fate.KEEP and not part.came_back
    }
    is_cancelled = all(
        not line.line.dispatched and line.line.outstanding == called_off.get(line.line.pk, 0)
        for line in left.lines
    )
    if is_cancelled and amount < left.total:
        raise CannotRefund(
            _(
                "Nothing of the order would be left, and so it would be cancelled: "
                "then all of the %(left)s that are left go back."
            )
            % {"left": written(left.total, currency)}
        )


def _check(left: Left, parts: Sequence[Part], shipping: Decimal, reason: str, currency: str) -> None:
    """Raise CannotRefund for what cannot be meant. Whether so much is left is for `book` to say."""
    if not reason.strip():
        raise CannotRefund(_("Say why the money goes back."))
    if len({part.line_id for part in parts}) != len(parts):
        raise CannotRefund(_("Each line can be refunded once at a time."))
    for part in parts:
        line = left.of(part.line_id)
        if line is None or not 1 <= part.copies <= line.line.quantity:
            raise CannotRefund(_("The order has no such copies."))
        if part.amount and part.copies > line.copies_to_pay_back:
            raise CannotRefund(line.copies_to_pay_back_in_words)
    if shipping < 0 or any(part.amount < 0 for part in parts):
        raise CannotRefund(_("No sum is less than nothing."))
    if sum((part.amount for part in parts), shipping) % smallest(currency):
        raise CannotRefund(_("There are no smaller sums than %s.") % written(smallest(currency), currency))
    if not shipping and not any(part.amount for part in parts):
        raise CannotRefund(_("That comes to nothing: there is no money to give back."))


def _move_copies(
    order: Order, parts: Sequence[Part], *, reason: str, actor: AbstractBaseUser | None, at: datetime
) -> None:
    moved = [part for part in parts if part.fate != Fate.KEEP]
    back = {part.line_id: part.copies for part in moved if part.came_back}
    off = {part.line_id: part.copies for part in moved if not part.came_back}
    if back:
        restocked = {part.line_id: part.copies for part in moved if part.fate == Fate.RESTOCK}
        record_return(
            order,
            back,
            restocked={pk: copies for pk, copies in restocked.items() if pk in back},
            reason=reason,
            actor=actor,
            at=at,
        )
    if off:
        written_off = {part.line_id: part.copies for part in moved if part.fate == Fate.WRITE_OFF}
        lost = {pk: copies for pk, copies in written_off.items() if pk in off}
        call_off(order, off, written_off=lost, actor=actor, at=at)


# What follows from something else. Inside the caller's transaction.


def owe_refund(payment: Payment, *, reason: str) -> None:
    """A whole payment must go back, once: one for which there is no order to be paid, or no more.

    A payment of nothing, for books that cost nothing, leaves nothing to give back.
    """
    lock(payment.order)
    payment.refresh_from_db(fields=["amount", "refunded", "status"])
    if payment.amount and not payment.refunded:
        _owe(Refund(payment=payment, amount=payment.amount, reason=reason[:200]))


def owe_rest(payment: Payment, *, reason: str, actor: AbstractBaseUser | None = None) -> None:
    """All that is left of the payment for an order that is called off must go back, line by line, and the delivery."""
    lock(payment.order)
    payment.refresh_from_db(fields=["amount", "refunded", "status"])
    rest = payment.amount - payment.refunded
    if rest:
        parts, shipping = left_of(payment.order).spread(rest, fate=Fate.RESTOCK)
        refund = Refund(payment=payment, amount=rest, shipping=shipping, reason=reason[:200])
        refund.actor_id = actor.pk if actor else None
        _owe(refund, parts)


def owe_called_off(
    order: Order,
    copies: Mapping[int, int],
    *,
    written_off: Mapping[int, int],
    actor: AbstractBaseUser | None = None,
) -> None:
    """The price of copies that were called off, by the lines' primary keys, must go back; where the order is cancelled
    by it, all that is left."""
    payment = paying(order)
    if payment is None:
        return
    if order.status == Order.Status.CANCELLED:
        owe_rest(payment, reason=why_not(order), actor=actor)
        return
    lines = OrderLine.objects.filter(pk__in=copies).order_by("pk")
    parts = [
        Part(
            line_id=line.line.pk,
            copies=copies[line.line.pk],
            amount=line.price_of(copies[line.line.pk]),
            fate=Fate.WRITE_OFF if written_off.get(line.line.pk) else Fate.RESTOCK,
        )
        for line in left_of(order, lines).lines
    ]
    amount = sum((part.amount for part in parts), ZERO)
    if amount:
        refund = Refund(payment=payment, amount=amount, reason=_("Not to be sent any more."))
        refund.actor_id = actor.pk if actor else None
        _owe(refund, parts)


def _owe(refund: Refund, parts: Sequence[Part] = ()) -> None:
    book(refund, parts)
    enqueue(pay_back, refund.pk)


def take_over_refund(
    payment: Payment, *, reference: str, amount: Decimal, reason: str, is_done: bool = True
) -> Refund | None:
    """A refund that was begun at the provider, by the provider's reference; the known one if there is one. Inside the
    caller's transaction.

    It says nothing of copies: so it is shared among all that is left of the order's lines and its delivery, and no copy
    moves. One of the same sum as a refund that had failed here is that one, done at last; and so is one of the same sum
    as a refund that is still due, where there is not so much left for both.
    None if it is more than is left of the payment: then something is wrong, and staff have to look.
    """
    lock(payment.order)
    payment.refresh_from_db(fields=["amount", "refunded", "status"])
    known = Refund.objects.filter(reference=reference).first()
    if known:
        return known
    now = timezone.now()
    told = {
        "reference": reference,
        "status": Refund.Status.DONE if is_done else Refund.Status.DUE,
        "done_at": now if is_done else None,
    }
    is_too_much = amount > payment.amount - payment.refunded
    owed = Q(status=Refund.Status.FAILED)
    if is_too_much:
        owed |= Q(status=Refund.Status.DUE, reference=None)
    known = payment.refunds.filter(owed, amount=amount).order_by("pk").first()
    if known:
        payment.refunds.filter(pk=known.pk).update(problem="", **told)
        known.refresh_from_db()
        if is_done:
            mail_refunded(known)
        return known
    if is_too_much:
        return None
    parts, shipping = left_of(payment.order).spread(amount)
    refund = Refund(
        payment=payment,
        amount=amount,
        shipping=shipping,
        reason=reason[:200] or _("Given back at the provider."),
        origin=Refund.Origin.PROVIDER,
        created_at=now,
        **told,
    )
    book(refund, parts)
    if is_done:
        mail_refunded(refund)
    if amount == payment.amount - payment.refunded and payment.order.status in Order.TO_DISPATCH:
        Payment.objects.filter(pk=payment.pk).update(
            needs_attention=True,
            problem=_("All of it was given back at the provider, and there are copies to be sent."),
        )
    return refund
