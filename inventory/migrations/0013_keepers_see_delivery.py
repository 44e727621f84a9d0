"""Those who pack parcels see where they may go, how, and for how much."""

from django.db import migrations

from inventory.rights import grant

MAY = {
    "shop": {model: ["view"] for model in ("shippingzone", "zonecountry", "shippingmethod", "shippingband")}
}


def let_keepers_see(apps, schema_editor):
    grant(apps, schema_editor, group="Stock keepers", may=MAY)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0012_alerts_told"),
        ("shop", "0010_orders_and_money"),
    ]

    operations = [migrations.RunPython(let_keepers_see, migrations.RunPython.noop)]
