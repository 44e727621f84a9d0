"""Stock keepers upload publishers' feeds, and stop them or have them go on."""

from django.db import migrations

from inventory.rights import grant

MAY = {"shop": {"feedimport": ["view", "add", "change"]}}


def grant_rights(apps, schema_editor):
    grant(apps, schema_editor, group="Stock keepers", may=MAY)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0006_keepers_see_backorders"),
        ("shop", "0005_feed_records_and_imports"),
    ]

    operations = [migrations.RunPython(grant_rights, migrations.RunPython.noop)]
