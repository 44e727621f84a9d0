"""The lists of orders that staff work through."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..delivering import ON_ITS_WAY
from ..models import Order, Return, Shipment

OPEN_RETURNS = Return.objects.filter(order=OuterRef("pk"), status=Return.Status.ASKED)
UNDELIVERED = Shipment.objects.filter(order=OuterRef("pk"), delivered_at=None)


class ToDoFilter(admin.SimpleListFilter):
    """What there is to do about an order: to send it or hand it over, to see whether it arrived, to take it back."""

    title = _("what to do")
    parameter_name = "dispatch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("ready", _("Can go now")),
            ("waiting", _("Cannot go whole yet")),
            ("part", _("The rest is to go")),
            ("on_its_way", _("On its way")),
            ("returns", _("Return asked for")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "ready":
                return queryset.awaiting_dispatch().unhindered()
            case "waiting":
                return queryset.awaiting_dispatch().hindered()
            case "part":
                return queryset.filter(status=Order.Status.PART_DISPATCHED)
            case "on_its_way":
                sent = queryset.filter(status__in=ON_ITS_WAY, delivery_method=Order.Delivery.STANDARD)
                return sent.filter(Exists(UNDELIVERED))
            case "returns":
                return queryset.filter(Exists(OPEN_RETURNS))
        return queryset
