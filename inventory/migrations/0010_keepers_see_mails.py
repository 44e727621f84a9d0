"""Stock keepers see what the shop mailed to whom, and have it sent again."""

from django.db import migrations

from inventory.rights import grant

MAY = {"shop": {"mail": ["view", "change"]}}


def grant_rights(apps, schema_editor):
    grant(apps, schema_editor, group="Stock keepers", may=MAY)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0009_parcels_and_returns"),
        ("shop", "0012_outbox"),
    ]

    operations = [migrations.RunPython(grant_rights, migrations.RunPython.noop)]
