"""Orders and money as a real shop has them: totals with discount and tax, shipping by zone and weight, parcels, returns,
invoices, refunds of parts, and what payment providers tell."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
import django.utils.timezone
import django_countries.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0009_order_events_say_what"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invoice",
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
            ],
            options={
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("name", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "number series",
                "verbose_name_plural": "number series",
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=20, verbose_name="provider")),
                ("event_id", models.CharField(max_length=100, verbose_name="event")),
                ("kind", models.CharField(max_length=100, verbose_name="kind")),
                ("payload", models.JSONField(verbose_name="contents")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("done", "Done"),
                            ("ignored", "Nothing to do"),
                            ("refused", "Refused"),
                        ],
                        default="received",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="made")),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="received"),
                ),
                ("times_received", models.PositiveIntegerField(default=1, verbose_name="times received")),
            ],
            options={
                "verbose_name": "provider event",
                "verbose_name_plural": "provider events",
                "ordering": ["-received_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RefundLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="copies")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="amount")),
                (
                    "fate",
                    models.CharField(
                        choices=[
                            ("keep", "The customer keeps, or still gets, them"),
                            ("restock", "Back to stock"),
                            ("write_off", "Written off"),
                        ],
                        default="keep",
                        max_length=10,
                        verbose_name="copies",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund line",
                "verbose_name_plural": "refund lines",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "Asked for"), ("received", "Received"), ("refused", "Refused")],
                        default="asked",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "answer",
                    models.CharField(
                        blank=True, help_text="The customer reads it.", max_length=200, verbose_name="answer"
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked for"),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="received or refused"),
                ),
            ],
            options={
                "verbose_name": "return",
                "verbose_name_plural": "returns",
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="copies")),
                ("restocked", models.PositiveIntegerField(default=0, verbose_name="back to stock")),
            ],
            options={
                "verbose_name": "return line",
                "verbose_name_plural": "return lines",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("carrier", models.CharField(blank=True, max_length=100, verbose_name="carrier")),
                ("tracking", models.CharField(blank=True, max_length=100, verbose_name="tracking number")),
                (
                    "dispatched_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="dispatched"),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered")),
            ],
            options={
                "verbose_name": "shipment",
                "verbose_name_plural": "shipments",
                "ordering": ["order", "number"],
            },
        ),
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="copies")),
            ],
            options={
                "verbose_name": "shipment line",
                "verbose_name_plural": "shipment lines",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ShippingBand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "up_to_grams",
                    models.PositiveIntegerField(
                        blank=True, help_text="Empty: any weight.", null=True, verbose_name="up to, grams"
                    ),
                ),
                (
                    "from_value",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="from a value of",
                    ),
                ),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="Tax included.",
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price",
                    ),
                ),
            ],
            options={
                "verbose_name": "shipping band",
                "verbose_name_plural": "shipping bands",
                "ordering": ["method", "up_to_grams", "from_value", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ShippingMethod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("carrier", models.CharField(blank=True, max_length=100, verbose_name="carrier")),
                (
                    "promise",
                    models.CharField(
                        blank=True,
                        help_text="As customers read it: 2 to 3 working days",
                        max_length=100,
                        verbose_name="how long it takes",
                    ),
                ),
                (
                    "free_over",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Orders of books for so much or more are sent for nothing; empty: none are.",
                        max_digits=10,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="free from",
                    ),
                ),
                ("is_offered", models.BooleanField(default=True, verbose_name="offered")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "shipping method",
                "verbose_name_plural": "shipping methods",
                "ordering": ["zone", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ShippingZone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "is_everywhere_else",
                    models.BooleanField(
                        default=None,
                        help_text="All countries in no other zone.",
                        null=True,
                        unique=True,
                        verbose_name="everywhere else",
                    ),
                ),
            ],
            options={
                "verbose_name": "shipping zone",
                "verbose_name_plural": "shipping zones",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "country",
                    django_countries.fields.CountryField(
                        blank=True,
                        help_text="Empty: every country without a rate of its own.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                (
                    "product_class",
                    models.CharField(
                        choices=[("print", "Printed"), ("digital", "Digital"), ("other", "Other")],
                        max_length=10,
                        verbose_name="product class",
                    ),
                ),
                ("rate", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="percent")),
                ("valid_from", models.DateField(verbose_name="from")),
            ],
            options={
                "verbose_name": "tax rate",
                "verbose_name_plural": "tax rates",
                "ordering": ["country", "product_class", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="ZoneCountry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "country",
                    django_countries.fields.CountryField(max_length=2, unique=True, verbose_name="country"),
                ),
            ],
            options={
                "verbose_name": "country of a zone",
                "verbose_name_plural": "countries of a zone",
                "ordering": ["country"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="shop_order_total_adds_up",
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="shop_order_not_negative",
        ),
        migrations.AddField(
            model_name="book",
            name="weight",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Empty: what its format usually weighs.",
                null=True,
                verbose_name="weight, grams",
            ),
        ),
        migrations.AddField(
            model_name="linecredit",
            name="refunded",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="refunded"),
        ),
        migrations.AddField(
            model_name="order",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="delivered"),
        ),
        migrations.AddField(
            model_name="order",
            name="discount",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="discount"),
        ),
        migrations.AddField(
            model_name="order",
            name="shipping_name",
            field=models.CharField(blank=True, max_length=100, verbose_name="shipping"),
        ),
        migrations.AddField(
            model_name="order",
            name="shipping_tax",
            field=models.DecimalField(
                decimal_places=2, default=0, max_digits=10, verbose_name="tax within the delivery charge"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="tax",
            field=models.DecimalField(
                decimal_places=2, default=0, max_digits=10, verbose_name="tax within the total"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="telephone",
            field=models.CharField(blank=True, max_length=30, verbose_name="telephone"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="cancelled",
            field=models.PositiveIntegerField(default=0, verbose_name="called off"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="discount",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="discount"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="dispatched",
            field=models.PositiveIntegerField(default=0, verbose_name="dispatched"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="refunded",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="refunded"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="returned",
            field=models.PositiveIntegerField(default=0, verbose_name="returned"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="tax within"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_rate",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name="tax, percent"),
        ),
        migrations.AddField(
            model_name="payment",
            name="needs_attention",
            field=models.BooleanField(default=False, verbose_name="needs attention"),
        ),
        migrations.AddField(
            model_name="payment",
            name="refunded",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="refunded"),
        ),
        migrations.AddField(
            model_name="payment",
            name="session",
            field=models.CharField(blank=True, editable=False, max_length=100, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="url",
            field=models.URLField(blank=True, editable=False, max_length=1000),
        ),
        migrations.AddField(
            model_name="refund",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="key",
            field=models.CharField(default=None, editable=False, max_length=64, null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="origin",
            field=models.CharField(
                choices=[("shop", "Here"), ("provider", "At the provider")],
                default="shop",
                max_length=10,
                verbose_name="begun",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="problem",
            field=models.CharField(blank=True, max_length=200, verbose_name="problem"),
        ),
        migrations.AddField(
            model_name="refund",
            name="shipping",
            field=models.DecimalField(
                decimal_places=2, default=0, max_digits=10, verbose_name="of it delivery"
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="channel",
            field=models.CharField(
                choices=[("web", "Web shop"), ("phone", "By telephone"), ("external", "Till or marketplace")],
                default="web",
                max_length=10,
                verbose_name="channel",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="delivery_method",
            field=models.CharField(
                choices=[("standard", "Delivery"), ("collection", "Collect from the shop")],
                max_length=10,
                verbose_name="delivery",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="status",
            field=models.CharField(
                choices=[
                    ("placed", "Awaiting payment"),
                    ("paid", "Paid"),
                    ("part_dispatched", "Partly dispatched"),
                    ("dispatched", "Dispatched"),
                    ("delivered", "Delivered"),
                    ("returned", "Returned"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                ],
                default="placed",
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("placed", "Placed"),
                    ("paid", "Paid"),
                    ("part_dispatched", "Partly dispatched"),
                    ("dispatched", "Dispatched"),
                    ("delivered", "Delivered"),
                    ("returned", "Returned"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                    ("revived", "Taken up again"),
                    ("called_off", "Copies called off"),
                    ("refunded", "Refunded"),
                    ("return_asked", "Return asked for"),
                    ("return_refused", "Return refused"),
                    ("part_returned", "Partly returned"),
                    ("note", "Note"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="shop.payment"
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="status",
            field=models.CharField(
                choices=[("due", "Due"), ("done", "Done"), ("failed", "Failed")],
                default="due",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount__gte", 0),
                    ("discount__lte", models.F("total")),
                    ("tax__gte", 0),
                    ("tax__lte", models.F("total")),
                ),
                name="shop_orderline_within_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dispatched__gte", models.F("returned")),
                    (
                        "quantity__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("dispatched"), "+", models.F("cancelled")
                        ),
                    ),
                ),
                name="shop_orderline_copies",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded__gte", 0),
                    (
                        "total__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("refunded"), "+", models.F("discount")
                        ),
                    ),
                ),
                name="shop_orderline_refunded",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded__gte", 0), ("refunded__lte", models.F("amount"))),
                name="shop_payment_refunded",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("shipping__gte", 0), ("shipping__lte", models.F("amount"))),
                name="shop_refund_shipping",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="invoice", to="shop.order"
            ),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="payment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="provider_events",
                to="shop.payment",
            ),
        ),
        migrations.AddField(
            model_name="refundline",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="refund_lines", to="shop.orderline"
            ),
        ),
        migrations.AddField(
            model_name="refundline",
            name="refund",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="shop.refund"
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="return",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="shop.order"
            ),
        ),
        migrations.AddField(
            model_name="returnline",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="shop.orderline"
            ),
        ),
        migrations.AddField(
            model_name="returnline",
            name="part_of",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="shop.return"
            ),
        ),
        migrations.AddField(
            model_name="shipment",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="shipment",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="shipments", to="shop.order"
            ),
        ),
        migrations.AddField(
            model_name="shipmentline",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="shipped", to="shop.orderline"
            ),
        ),
        migrations.AddField(
            model_name="shipmentline",
            name="shipment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="shop.shipment"
            ),
        ),
        migrations.AddField(
            model_name="shippingband",
            name="method",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="bands", to="shop.shippingmethod"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="shipping_method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="shop.shippingmethod",
                verbose_name="shipping method",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total",
                        django.db.models.functions.math.Round(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("items_total"), "-", models.F("discount")
                                ),
                                "+",
                                models.F("shipping"),
                            ),
                            2,
                        ),
                    )
                ),
                name="shop_order_total_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount__gte", 0), ("items_total__gte", 0), ("shipping__gte", 0), ("total__gte", 0)
                ),
                name="shop_order_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shipping_tax__gte", 0),
                    ("shipping_tax__lte", models.F("shipping")),
                    ("tax__gte", 0),
                    ("tax__lte", models.F("total")),
                ),
                name="shop_order_tax_within",
            ),
        ),
        migrations.AddField(
            model_name="shippingmethod",
            name="zone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="methods", to="shop.shippingzone"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.UniqueConstraint(
                fields=("country", "product_class", "valid_from"), name="shop_taxrate_one_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__gte", 0), ("rate__lt", 100)), name="shop_taxrate_percent"
            ),
        ),
        migrations.AddField(
            model_name="zonecountry",
            name="zone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="countries", to="shop.shippingzone"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerevent",
            constraint=models.UniqueConstraint(
                fields=("provider", "event_id"), name="shop_providerevent_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="refundline",
            constraint=models.UniqueConstraint(fields=("refund", "line"), name="shop_refundline_once"),
        ),
        migrations.AddConstraint(
            model_name="refundline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0), ("quantity__gte", 1)), name="shop_refundline_amount"
            ),
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["status", "asked_at"], name="shop_return_by_status"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.UniqueConstraint(fields=("order", "number"), name="shop_return_number"),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.UniqueConstraint(fields=("part_of", "line"), name="shop_returnline_once"),
        ),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1), ("restocked__lte", models.F("quantity"))),
                name="shop_returnline_quantity",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(fields=("order", "number"), name="shop_shipment_number"),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=models.UniqueConstraint(fields=("shipment", "line"), name="shop_shipmentline_once"),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1)), name="shop_shipmentline_quantity"
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingband",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_value__gte", 0), ("price__gte", 0)), name="shop_shippingband_price"
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingmethod",
            constraint=models.UniqueConstraint(fields=("zone", "name"), name="shop_shippingmethod_name"),
        ),
        migrations.AddConstraint(
            model_name="shippingmethod",
            constraint=models.CheckConstraint(
                condition=models.Q(("free_over__isnull", True), ("free_over__gte", 0), _connector="OR"),
                name="shop_shippingmethod_free_over",
            ),
        ),
    ]
