"""Those who see to orders may give money back: a right of its own, so that a shop can keep it from them."""

from django.db import migrations

from inventory.rights import grant

MAY = {"shop": {"refund": ["add"], "refundline": ["view"]}}


def let_keepers_refund(apps, schema_editor):
    grant(apps, schema_editor, group="Stock keepers", may=MAY)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0010_keepers_see_mails"),
        ("shop", "0010_orders_and_money"),
    ]

    operations = [migrations.RunPython(let_keepers_refund, migrations.RunPython.noop)]
