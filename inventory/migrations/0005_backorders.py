"""Copies that are promised before they have come in: who waits, and how many of each book."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0004_stock_keepers_catalogue"),
        ("shop", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="stock",
            name="awaited",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="awaited"),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=Q(awaited=0) | Q(allocated=F("on_hand")), name="inventory_stock_awaited"
            ),
        ),
        migrations.CreateModel(
            name="Backorder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="awaited")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="backorders",
                        to="shop.book",
                        verbose_name="book",
                    ),
                ),
                (
                    "order_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="backorder",
                        to="shop.orderline",
                    ),
                ),
            ],
            options={
                "verbose_name": "backorder",
                "verbose_name_plural": "backorders",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="inventory_backorder_quantity"
                    )
                ],
            },
        ),
    ]
