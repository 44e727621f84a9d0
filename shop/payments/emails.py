"""The mails that the shop owes customers about their money. What each says is in mailings.py.

Each function here is called inside the transaction of what its mail tells.
"""

from shop.orders.emails import mail_ready, owe

from .gateways.collection import PayOnCollection
from .models import Payment, Refund


def mail_paid(payment: Payment) -> None:
    """The order is paid by this payment. Who pays at the till knows."""
    if payment.gateway != PayOnCollection.code:
        owe("paid", payment.order, about=payment.pk)
        mail_ready(payment.order)


def mail_payment_failed(payment: Payment) -> None:
    """The provider says that nothing will come of this payment, when the customer is not looking any more: one that is
    declined before their eyes is told on the page, and by no mail."""
    owe("payment_failed", payment.order, about=payment.pk)


def mail_refunded(refund: Refund) -> None:
    """The money has gone back."""
    owe("refunded", refund.payment.order, about=refund.pk)
