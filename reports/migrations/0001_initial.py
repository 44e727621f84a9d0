from django.contrib.auth.models import GroupManager
from django.db import migrations


def create_managers(apps, schema_editor):
    """The group Managers, which may read the reports.

    Django makes permissions only after all migrations have run, so this one is made here.
    """
    alias = schema_editor.connection.alias
    content_type, _ = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(alias)
        .get_or_create(app_label="reports", model="reportaccess")
    )
    permission, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get_or_create(
            content_type=content_type, codename="view_reports", defaults={"name": "Can read the reports"}
        )
    )
    managers, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name="Managers")
    managers.permissions.add(permission)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportAccess",
            fields=[],
            options={
                "verbose_name": "access to reports",
                "verbose_name_plural": "access to reports",
                "permissions": [("view_reports", "Can read the reports")],
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.group",),
            managers=[("objects", GroupManager())],
        ),
        # Undoing it leaves the group: people are in it.
        migrations.RunPython(create_managers, migrations.RunPython.noop),
    ]
