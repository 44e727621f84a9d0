"""Stock keepers see what payment providers told the shop."""

from django.db import migrations

from inventory.rights import grant

MAY = {"shop": {"providerevent": ["view"]}}


def grant_rights(apps, schema_editor):
    grant(apps, schema_editor, group="Stock keepers", may=MAY)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0015_shelf"),
        ("shop", "0018_events_by_reference"),
    ]

    operations = [migrations.RunPython(grant_rights, migrations.RunPython.noop)]
