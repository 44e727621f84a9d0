"""What the new sums say of orders that were cancelled after they were paid: all of it went back."""

from django.db import migrations
from django.db.models import F


def tell(apps, schema_editor):
    """By that payment which paid for the order; another one, made in error, was for none of its books."""
    alias = schema_editor.connection.alias
    refunds = apps.get_model("shop", "Refund").objects.using(alias)
    whole = refunds.filter(
        payment__order__status="cancelled",
        payment__settled_at=F("payment__order__paid_at"),
        amount=F("payment__order__total"),
    )
    found = list(whole.values_list("pk", "payment__order", "payment__order__shipping"))
    for refund, order, shipping in found:
        lines = apps.get_model("shop", "OrderLine").objects.using(alias).filter(order=order)
        credits = apps.get_model("shop", "LineCredit").objects.using(alias).filter(line__order=order)
        refunds.filter(pk=refund).update(shipping=shipping)
        apps.get_model("shop", "Order").objects.using(alias).filter(pk=order).update(
            shipping_refunded=F("shipping")
        )
        credits.update(refunded=F("amount"))
        for line, quantity, total in lines.values_list("pk", "quantity", "total"):
            lines.filter(pk=line).update(refunded=total)
            apps.get_model("shop", "RefundLine").objects.using(alias).create(
                refund_id=refund, line_id=line, quantity=quantity, amount=total, fate="restock"
            )


class Migration(migrations.Migration):
    dependencies = [("shop", "0013_refund_sums")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
