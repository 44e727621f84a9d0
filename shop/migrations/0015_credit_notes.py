"""Credit notes; and audiobooks are a product class of their own, for the law taxes them otherwise than e-books."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0014_refunds_of_before")]

    operations = [
        migrations.AlterField(
            model_name="taxrate",
            name="product_class",
            field=models.CharField(
                choices=[
                    ("print", "Printed"),
                    ("digital", "Digital"),
                    ("audio", "Audiobook"),
                    ("other", "Other"),
                ],
                max_length=10,
                verbose_name="product class",
            ),
        ),
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="number")),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="issued")),
                ("contents", models.JSONField(default=dict, editable=False)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="shop.invoice",
                        verbose_name="invoice",
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_note",
                        to="shop.refund",
                        verbose_name="refund",
                    ),
                ),
            ],
            options={
                "verbose_name": "credit note",
                "verbose_name_plural": "credit notes",
                "ordering": ["-number"],
            },
        ),
    ]
