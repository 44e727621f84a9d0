"""An alert knows the mail that told staff of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_keepers_refund")]

    operations = [
        migrations.AddField(
            model_name="restockalert",
            name="told_in",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
    ]
