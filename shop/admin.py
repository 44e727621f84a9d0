"""Front door: imports every room's admin, so that Django finds it."""

import shop.catalogue.admin
import shop.customers.admin
import shop.orders.admin
import shop.payments.admin  # noqa: F401 - registered by being imported
