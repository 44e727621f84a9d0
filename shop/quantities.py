"""Numbers of copies as people write them, in forms and in files."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_COPIES = 100_000  # of one book at once; what is more is a slip of the finger


def parse_quantity(written: str, *, least: int = 1, most: int = MOST_COPIES) -> int:
    """The whole number that was written in the digits 0 to 9; raises ValidationError, saying the limits.

    Stricter than int(), which takes other scripts' digits, underscores and numbers of any length.
    """
    written = written.strip()
    number = int(written) if re.fullmatch(r"-?[0-9]{1,12}", written) else None
    if number is None or not least <= number <= most:
        raise ValidationError(
            _("Write a whole number from %(least)s to %(most)s, in the digits 0 to 9."),
            code="quantity",
            params={"least": f"{least:,}", "most": f"{most:,}"},
        )
    return number


class QuantityField(forms.CharField):
    """A number of copies in a form, by the rule of `parse_quantity`; None where it may be and is left empty."""

    def __init__(self, *, least: int = 1, most: int = MOST_COPIES, **kwargs: Any) -> None:
        self.least, self.most = least, most
        kwargs.setdefault(
            "widget", forms.NumberInput(attrs={"min": least, "max": most, "inputmode": "numeric"})
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        return parse_quantity(written, least=self.least, most=self.most) if written else None
