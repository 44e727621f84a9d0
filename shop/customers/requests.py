"""Requests as the views of this room know them."""

from django.http import HttpRequest

from .models import User


class CustomerRequest(HttpRequest):
    """A request that `login_required` has let through."""

    user: User
