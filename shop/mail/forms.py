"""How staff word a mail."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .kinds import Kind, find
from .models import Wording
from .wording import FIELDS, check_names, default_words


class WordingForm(forms.ModelForm):
    """The words around a mail's facts; what staff leave as the shop has it follows the shop."""

    class Meta:
        model = Wording
        fields = ["subject", "opening", "closing", "is_off"]
        widgets = {
            "subject": forms.TextInput(attrs={"size": 70}),
            "opening": forms.Textarea(attrs={"rows": 6, "cols": 70}),
            "closing": forms.Textarea(attrs={"rows": 4, "cols": 70}),
        }
        help_texts = {
            "opening": _("Before the facts. An empty line begins a new paragraph."),
            "closing": _("After the facts."),
        }

    @property
    def kind(self) -> Kind:
        kind = find(self.instance.kind)
        if kind is None:
            raise LookupError(self.instance.kind)
        return kind

    def _checked(self, name: str) -> str:
        """What was written, or nothing if that is what the shop says by itself; raises ValidationError."""
        text = self.cleaned_data[name].replace("\r\n", "\n").strip()
        check_names(text, self.kind.known)
        return "" if text == getattr(default_words(self.kind), name) else text

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_opening(self) -> str:
        return self._checked("opening")

    def clean_closing(self) -> str:
        return self._checked("closing")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if any("\x00" in str(cleaned.get(name, "")) for name in FIELDS):
            raise ValidationError(_("This contains a sign that no mail can have."))
        return cleaned
