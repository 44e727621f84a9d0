"""The group that keeps the stock: it sees to books, copies, orders and payments, and to nothing else."""

from django.db import migrations

MAY = {
    "inventory": {
        "stock": ["view", "change"],
        "stockmovement": ["view"],
        "restockalert": ["view", "change"],
    },
    "shop": {
        "book": ["view", "add", "change"],
        "contributor": ["view", "add", "change"],
        "contribution": ["view", "add", "change", "delete"],  # the rows on a book's page
        "publisher": ["view", "add", "change"],
        "subject": ["view"],
        "order": ["view", "change"],
        "orderline": ["view"],
        "orderevent": ["view"],
        "payment": ["view", "change"],
        "refund": ["view", "change"],
    },
}


def create_group(apps, schema_editor):
    """Django makes permissions only after all migrations have run: those that are missing are made here."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    keepers, _ = groups.get_or_create(name="Stock keepers")
    for app_label, models in MAY.items():
        for model, actions in models.items():
            name = apps.get_model(app_label, model)._meta.verbose_name
            content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
            for action in actions:
                permission, _ = permissions.get_or_create(
                    content_type=content_type,
                    codename=f"{action}_{model}",
                    defaults={"name": f"Can {action} {name}"},
                )
                keepers.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_delivery"),
        ("shop", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Undoing it leaves the group: people are in it.
    operations = [migrations.RunPython(create_group, migrations.RunPython.noop)]
