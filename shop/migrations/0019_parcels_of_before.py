"""Each order that has left before did so as one parcel."""

from itertools import islice

from django.db import migrations
from django.db.models.functions import Coalesce

AT_ONCE = 500  # orders


def tell(apps, schema_editor):
    alias = schema_editor.connection.alias
    orders = apps.get_model("shop", "Order").objects.using(alias)
    parcels = apps.get_model("shop", "Shipment").objects.using(alias)
    lines = apps.get_model("shop", "OrderLine").objects.using(alias)
    parts = apps.get_model("shop", "ShipmentLine").objects.using(alias)
    gone = orders.filter(status="dispatched", shipments__isnull=True).annotate(
        left_at=Coalesce("dispatched_at", "paid_at", "placed_at")
    )
    rows = iter(list(gone.order_by("pk").values_list("pk", "left_at")))
    while some := list(islice(rows, AT_ONCE)):
        parcels.bulk_create(
            parcels.model(order_id=order_id, number=1, dispatched_at=left_at) for order_id, left_at in some
        )
        by_order = dict(
            parcels.filter(order__in=[order_id for order_id, _ in some]).values_list("order_id", "pk")
        )
        sent = lines.filter(order__in=by_order, dispatched__gt=0).order_by("pk")
        parts.bulk_create(
            parts.model(shipment_id=by_order[order_id], line_id=pk, quantity=copies)
            for pk, order_id, copies in sent.values_list("pk", "order_id", "dispatched")
        )


class Migration(migrations.Migration):
    dependencies = [("shop", "0018_events_by_reference")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
