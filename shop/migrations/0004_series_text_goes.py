from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_series_as_rows")]

    operations = [migrations.RemoveField(model_name="book", name="series_text")]
