"""Of one line, copies leave in more than one parcel, and may come back."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0008_alerts_in_order"),
        ("shop", "0010_orders_and_money"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="stockmovement",
            name="inventory_movement_once_per_line",
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opening", "Opening stock"),
                    ("received", "Received"),
                    ("dispatched", "Dispatched"),
                    ("returned", "Returned"),
                    ("written_off", "Written off"),
                    ("adjusted", "Adjusted"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.UniqueConstraint(
                fields=("order_line", "kind", "reference"), name="inventory_movement_once_per_parcel"
            ),
        ),
    ]
