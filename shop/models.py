"""Front door: every room's models, for Django and for the apps beside the shop."""

from shop.cart.models import Cart, CartLine
from shop.catalogue.models import Book, Contribution, Contributor, Publisher, Subject
from shop.customers.models import Address, User
from shop.orders.models import LineCredit, Order, OrderEvent, OrderLine
from shop.payments.models import Payment, Refund

__all__ = [
    "Address",
    "Book",
    "Cart",
    "CartLine",
    "Contribution",
    "Contributor",
    "LineCredit",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "Publisher",
    "Refund",
    "Subject",
    "User",
]
