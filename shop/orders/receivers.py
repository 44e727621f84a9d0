"""What happens to accounts, as far as orders have to do with it. Event in, one call out."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from shop.personal_data import account_erased, data_asked_for, erasure_asked_for

from .joining import join_guest_orders
from .personal_data import forget_customer, orders_of, refuse_while_open


@receiver(email_confirmed, dispatch_uid="shop.join_orders_confirmed")
def join_orders_of_confirmed(sender: Any, email_address: EmailAddress, **kwargs: Any) -> None:
    """The address is proved to be its owner's: so are the orders."""
    join_guest_orders(user_id=email_address.user_id)


@receiver(user_logged_in, dispatch_uid="shop.join_orders_since")
def join_orders_since(sender: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
    """What was ordered since, without logging in."""
    join_guest_orders(user_id=user.pk)


@receiver(data_asked_for, dispatch_uid="shop.orders_data")
def tell_orders(sender: Any, user: AbstractBaseUser, **kwargs: Any) -> dict[str, Any]:
    return {"orders": orders_of(user)}


@receiver(erasure_asked_for, dispatch_uid="shop.orders_open")
def see_orders_through(sender: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Also what was ordered as a guest since the last login: it is to be seen through, and forgotten, too."""
    join_guest_orders(user_id=user.pk)
    refuse_while_open(user)


@receiver(account_erased, dispatch_uid="shop.orders_erased")
def forget_in_orders(sender: Any, user: AbstractBaseUser, at: datetime, **kwargs: Any) -> None:
    forget_customer(user, at=at)
