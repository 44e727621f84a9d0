"""What is the shop's own in a record: names and subjects that mean something only where it wrote them."""

from urllib.parse import urlsplit

from django.conf import settings


def own_name() -> str:
    """The shop as the owner of what it numbers or names itself: its host, for shops may bear one name."""
    return urlsplit(settings.SHOP_URL).hostname or ""
