"""Addresses as the world outside knows them."""

from django.conf import settings
from django.urls import translate_url


def absolute(address: str) -> str:
    """The whole address of a page or a picture: by the shop's own name, whatever the request called it."""
    return address if address.startswith(("https://", "http://")) else f"{settings.SHOP_URL}{address}"


def alternates(path: str) -> dict[str, str]:
    """The page's address in each of the shop's languages; none if it has but one address."""
    if len(settings.LANGUAGES) < 2:
        return {}
    found = {code: absolute(translate_url(path, code)) for code, _name in settings.LANGUAGES}
    return found if len(set(found.values())) > 1 else {}
