"""The bars beside a report's table, as SVG. The table is what a screen reader reads."""

from decimal import Decimal
from typing import NamedTuple

from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.text import Truncator

from .definitions import Column, Points

# In pixels, as wide as the column that the chart stands in
WIDTH, MARGIN, STEP = 400, 14, 46
LONGEST = WIDTH - 2 * MARGIN
LONGEST_LABEL = 32  # characters, which leaves room for the value on the same line


class Bar(NamedTuple):
    label: str
    value: str
    length: int
    top: int


def bar_chart(points: Points, column: Column) -> str:
    """An SVG with a bar for each point, the first on top.

    Its colours repeat static/theme.css, which an image cannot see. They are attributes, so that the chart keeps
    them under a content security policy without inline styles.
    """
    greatest = max((value for _, value in points), default=0) or 1
    bars = [
        Bar(
            label=Truncator(label).chars(LONGEST_LABEL),
            value=written(value, column),
            length=round(LONGEST * value / greatest),
            top=MARGIN + STEP * place,
        )
        for place, (label, value) in enumerate(points)
    ]
    size = {"width": WIDTH, "height": 2 * MARGIN + STEP * len(bars), "margin": MARGIN, "longest": LONGEST}
    return render_to_string("reports/chart.svg", {"bars": bars, **size})


def written(value: Decimal | int, column: Column) -> str:
    """A count or an amount as people of the shop's locale write it."""
    if column.kind == "money":
        return format_currency(value, settings.SHOP_CURRENCY, locale=settings.SHOP_LOCALE)
    return format_decimal(value, locale=settings.SHOP_LOCALE)
