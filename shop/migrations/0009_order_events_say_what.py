"""An order's events tell of more than its status."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0008_longer_subject_codes")]

    operations = [migrations.RenameField("orderevent", "status", "what")]
