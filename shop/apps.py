from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = _("Shop")

    def ready(self) -> None:
        import shop.cart.receivers
        import shop.catalogue.receivers
        import shop.checks
        import shop.mail.receivers
        import shop.orders.mailings
        import shop.orders.receivers
        import shop.payments.mailings
        import shop.payments.receivers  # noqa: F401 - connected by being imported
