"""Series become rows of their own; what is kept of existing books is worked out."""

from django.db import migrations
from django.db.models import F

from shop.catalogue.text import series_position


def series_as_rows(apps, schema_editor):
    Book, Series = apps.get_model("shop", "Book"), apps.get_model("shop", "Series")
    for name in sorted(set(Book.objects.exclude(series_text="").values_list("series_text", flat=True))):
        series, _ = Series.objects.get_or_create(name=name)
        Book.objects.filter(series_text=name).update(series=series)
    numbers = Book.objects.exclude(series_number="").values_list("series_number", flat=True)
    for number in sorted(set(numbers)):
        Book.objects.filter(series_number=number).update(series_position=series_position(number))
    Book.objects.exclude(listed=F("on_sale")).update(listed=F("on_sale"))


def series_as_text(apps, schema_editor):
    Series = apps.get_model("shop", "Series")
    for series in Series.objects.all():
        series.books.update(series_text=series.name)


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_editions_series_and_trade")]

    operations = [migrations.RunPython(series_as_rows, series_as_text)]
