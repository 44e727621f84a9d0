import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0006_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedimport",
            name="upload",
            field=models.CharField(blank=True, editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name="feedimport",
            name="asked_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="feedimport",
            name="stop_asked",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
