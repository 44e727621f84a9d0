"""Stock keepers see the rates of tax, and print invoices and credit notes."""

from django.db import migrations

from inventory.rights import grant

MAY = {"shop": {"taxrate": ["view"], "invoice": ["view"], "creditnote": ["view"]}}


def grant_rights(apps, schema_editor):
    grant(apps, schema_editor, group="Stock keepers", may=MAY)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0013_keepers_see_delivery"),
        ("shop", "0015_credit_notes"),
    ]

    operations = [migrations.RunPython(grant_rights, migrations.RunPython.noop)]
