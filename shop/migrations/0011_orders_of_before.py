"""What the new columns say of the orders, payments and refunds that there are already."""

from uuid import uuid4

from django.db import migrations, models
from django.db.models import F


def tell(apps, schema_editor):
    """Dispatched lines have left whole; of a payment, its refund went back; each refund is one asking."""
    alias = schema_editor.connection.alias
    lines = apps.get_model("shop", "OrderLine").objects.using(alias)
    lines.filter(order__status="dispatched").update(dispatched=F("quantity"))
    payments = apps.get_model("shop", "Payment").objects.using(alias)
    refunds = apps.get_model("shop", "Refund").objects.using(alias)
    for refund in refunds.iterator():
        refunds.filter(pk=refund.pk).update(key=str(uuid4()))
        payments.filter(pk=refund.payment_id).update(refunded=refund.amount)


class Migration(migrations.Migration):
    dependencies = [("shop", "0010_orders_and_money")]

    operations = [
        migrations.RunPython(tell, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="refund",
            name="key",
            field=models.CharField(default=uuid4, editable=False, max_length=64, unique=True),
        ),
    ]
