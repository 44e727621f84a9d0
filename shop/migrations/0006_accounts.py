"""The one address of a customer becomes an address book; orders are found by e-mail address, kept in lower case."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower


def write_in_lower_case(apps, schema_editor):
    """As they are looked for from now on."""
    apps.get_model("shop", "Order").objects.exclude(email="").update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0005_feed_records_and_imports"),
    ]

    operations = [
        migrations.AlterField(
            model_name="address",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="addresses",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="preferred_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterModelOptions(
            name="address",
            options={
                "ordering": ["-preferred_at", "pk"],
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
            },
        ),
        migrations.RunPython(write_in_lower_case, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["email"], name="shop_order_by_email"),
        ),
    ]
