"""Each book has a shelf, for the picking list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0014_keepers_see_invoices")]

    operations = [
        migrations.AddField(
            model_name="stock",
            name="shelf",
            field=models.CharField(blank=True, max_length=50, verbose_name="shelf"),
        ),
    ]
