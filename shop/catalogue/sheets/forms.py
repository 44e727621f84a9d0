"""What staff are asked when a sheet of books comes in or goes out."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.forms import ConfirmImportForm

from shop.spreadsheets import UnreadableFile

from .. import intake
from .formats import FORMATS, format_of_file

MOST_BYTES = 20 * 1024 * 1024


class SheetImportForm(forms.Form):
    """A file; which kind it is, its first bytes say."""

    import_file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, with a column ISBN."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.tsv,.txt"}),
    )

    def __init__(self, formats: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024}
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if file := cleaned.get("import_file"):
            try:
                cleaned["format"] = str(format_of_file(file.read(8)))
            except UnreadableFile as error:
                self.add_error("import_file", str(error))
            file.seek(0)
        return cleaned | {"resource": "0"}


class SheetConfirmForm(ConfirmImportForm):
    """The file that was looked at."""

    def clean_import_file_name(self) -> str:
        name: str = self.cleaned_data["import_file_name"]
        if not intake.is_kept(name):
            raise ValidationError(_("The file has been brought in already, or too much time has passed."))
        return name

    def clean_format(self) -> str:
        if self.cleaned_data["format"] not in map(str, range(len(FORMATS))):
            raise ValidationError(_("Choose the file again."))
        return self.cleaned_data["format"]


class SheetExportForm(forms.Form):
    """Which kind of file."""

    format = forms.TypedChoiceField(
        choices=[(place, kind.title) for place, kind in enumerate(FORMATS)],
        coerce=int,
    )
