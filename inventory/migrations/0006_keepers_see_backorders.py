"""Those who keep the stock see who waits for copies."""

from django.db import migrations

from inventory.rights import grant

MAY = {"inventory": {"backorder": ["view"]}}


def let_keepers_see(apps, schema_editor):
    grant(apps, schema_editor, group="Stock keepers", may=MAY)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0005_backorders"),
    ]

    operations = [migrations.RunPython(let_keepers_see, migrations.RunPython.noop)]
