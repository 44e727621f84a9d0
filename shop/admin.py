"""Front door: imports every room's admin, so that Django finds it."""

import django_q.admin  # noqa: F401 - registers what is taken out below
from django.contrib import admin
from django_q.models import Schedule, Success

import shop.catalogue.admin
import shop.customers.admin
import shop.mail.admin
import shop.orders.admin
import shop.payments.admin  # noqa: F401 - registered by being imported

# The shop schedules nothing there, and a row in it would run whatever code it names.
admin.site.unregister(Schedule)
# Nothing is kept of a task that is done (shop/tasks.py).
admin.site.unregister(Success)
