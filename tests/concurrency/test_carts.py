"""Adding to a guest's cart against logging in, on MariaDB; and with the guards taken away."""

from functools import partial

import pytest
from django.db.models import Manager

from shop.cart import baskets
from shop.cart.baskets import CartGone, add_copies, merge_carts
from shop.models import Cart, CartLine
from tests.makers import make_book, make_cart, make_user

from .racers import race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

ROUNDS = 12


def copies_of(user):
    return CartLine.objects.filter(cart__user=user).copies()


def test_a_book_added_while_carts_join_comes_along_or_is_refused():
    for _ in range(ROUNDS):
        user, guest = make_user(), make_cart(make_book())

        added, _joined = race(
            partial(add_copies, cart=guest, book=make_book(), quantity=1),
            partial(merge_carts, guest_cart_id=guest.pk, user_id=user.pk),
        )

        assert _joined is None and not Cart.objects.filter(user=None).exists()
        assert isinstance(added, CartGone) or added is None
        assert copies_of(user) == (2 if added is None else 1)


def test_without_the_guards_a_book_added_while_carts_join_is_lost(monkeypatch):
    monkeypatch.setattr(baskets, "_touch", lambda cart: True)
    monkeypatch.setattr(Manager, "select_for_update", lambda self: self.all())
    user, guest, late = make_user(), make_cart(make_book()), make_book()
    delete = Cart.delete
    added = []

    def delete_late(cart):
        added.extend(race(partial(add_copies, cart=guest, book=late, quantity=1)))
        return delete(cart)

    monkeypatch.setattr(Cart, "delete", delete_late)
    merge_carts(guest_cart_id=guest.pk, user_id=user.pk)

    assert added == [None]  # the customer was told that it is in the cart
    assert copies_of(user) == 1
