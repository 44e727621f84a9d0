"""Stock keepers see to series, works, staff picks and what suppliers say, too."""

from django.db import migrations

from inventory.rights import grant

MAY = {
    "shop": {
        "series": ["view", "add", "change"],
        "work": ["view", "add", "change"],
        "staffpick": ["view", "add", "change", "delete"],
        "subjectcode": ["view", "change"],
        "supplier": ["view", "add", "change"],
        "supplierprice": ["view"],
        "feedrecord": ["view"],
    },
}


def grant_rights(apps, schema_editor):
    grant(apps, schema_editor, group="Stock keepers", may=MAY)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0003_stock_keepers"),
        ("shop", "0002_editions_series_and_trade"),
    ]

    operations = [migrations.RunPython(grant_rights, migrations.RunPython.noop)]
