"""Front door: every room's models, for Django and for the apps beside the shop."""

from shop.cart.models import Cart, CartLine
from shop.catalogue.models import (
    Book,
    BookChange,
    BookSubjectCode,
    BookText,
    Companion,
    Contribution,
    Contributor,
    FeedRecord,
    ProductRelation,
    Publisher,
    SalesRank,
    Series,
    StaffPick,
    Subject,
    SubjectCode,
    Supplier,
    SupplierPrice,
    Work,
    WorkIdentifier,
)
from shop.customers.models import Address, User
from shop.orders.models import LineCredit, Order, OrderEvent, OrderLine
from shop.payments.models import Payment, Refund

__all__ = [
    "Address",
    "Book",
    "BookChange",
    "BookSubjectCode",
    "BookText",
    "Cart",
    "CartLine",
    "Companion",
    "Contribution",
    "Contributor",
    "FeedRecord",
    "LineCredit",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "ProductRelation",
    "Publisher",
    "Refund",
    "SalesRank",
    "Series",
    "StaffPick",
    "Subject",
    "SubjectCode",
    "Supplier",
    "SupplierPrice",
    "User",
    "Work",
    "WorkIdentifier",
]
