"""An order's lines know which day their customer was told, so that another one can be told."""

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone


def remember(apps, schema_editor):
    """Customers who wait now were told the day that their book has now."""
    lines = apps.get_model("shop", "OrderLine").objects.using(schema_editor.connection.alias)
    today = timezone.localdate()
    waiting = lines.filter(
        Q(book__publication_date__gt=today) | Q(book__embargo_date__gt=today),
        order__status__in=["placed", "paid", "part_dispatched"],
    )
    for line in waiting.select_related("book").order_by("pk"):
        days = (line.book.publication_date, line.book.embargo_date)
        lines.filter(pk=line.pk).update(told_from=max(filter(None, days)))


class Migration(migrations.Migration):
    dependencies = [("shop", "0019_parcels_of_before")]

    operations = [
        migrations.AlterModelOptions(
            name="mail",
            options={"ordering": ["-pk"], "verbose_name": "mail", "verbose_name_plural": "mails"},
        ),
        migrations.AddField(
            model_name="orderline",
            name="told_from",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(fields=["told_from"], name="shop_orderline_by_told"),
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
