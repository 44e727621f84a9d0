"""The rates that a shop in the United Kingdom or in Ireland begins with. docs/tax.md says what to check."""

from datetime import date
from decimal import Decimal

from django.db import migrations

ALWAYS = date(2000, 1, 1)

# Books bear nothing, nor do e-books since 1 May 2020: Value Added Tax Act 1994, schedule 8, group 3, items 1 to 7.
UNITED_KINGDOM = [
    ("print", "0", ALWAYS),
    ("digital", "20", date(2011, 1, 4)),
    ("digital", "0", date(2020, 5, 1)),
    ("audio", "20", date(2011, 1, 4)),
    ("other", "20", date(2011, 1, 4)),
]
# E-books and audiobooks bear nothing since 1 January 2024: Finance (No. 2) Act 2023; before, 9 % since 2019.
IRELAND = [
    ("print", "0", ALWAYS),
    ("digital", "9", date(2019, 1, 1)),
    ("digital", "0", date(2024, 1, 1)),
    ("audio", "9", date(2019, 1, 1)),
    ("audio", "0", date(2024, 1, 1)),
    ("other", "23", date(2012, 1, 1)),
    ("other", "21", date(2020, 9, 1)),
    ("other", "23", date(2021, 3, 1)),
]
# What is exported bears nothing. The Isle of Man is a part of the British area.
RATES = {
    "": [(kind, "0", ALWAYS) for kind in ("print", "digital", "audio", "other")],
    "GB": UNITED_KINGDOM,
    "IM": UNITED_KINGDOM,
    "IE": IRELAND,
}


def add_rates(apps, schema_editor):
    """Only to an empty table: one that staff have filled is theirs."""
    table = apps.get_model("shop", "TaxRate").objects.using(schema_editor.connection.alias)
    if not table.exists():
        table.bulk_create(
            table.model(country=country, product_class=kind, rate=Decimal(rate), valid_from=day)
            for country, rates in RATES.items()
            for kind, rate, day in rates
        )


class Migration(migrations.Migration):
    dependencies = [("shop", "0015_credit_notes")]

    operations = [migrations.RunPython(add_rates, migrations.RunPython.noop)]
