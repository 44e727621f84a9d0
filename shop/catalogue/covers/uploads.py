"""Covers in the admin: the form's field, and what the book's admin does with it before and after the transaction."""

import logging
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .pictures import Picture, read_picture
from .replacing import forget_files, replace_cover

logger = logging.getLogger(__name__)


class CoverField(forms.FileField):
    """A file that becomes a Picture; False when the cover is to go, and the cover as it was when nothing was sent."""

    widget = AdminFileWidget(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        return _picture_of(upload) if upload else upload


class CoverForm(forms.ModelForm):
    """A form of a book with its cover, which it leaves as it is: `new_cover` is for after the transaction."""

    cover = CoverField(
        label=gettext_lazy("Cover"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, at most 10 MB, best 800 pixels wide or more. Without one, the shop draws a cover."
        ),
    )
    new_cover: Picture | bool | None = None  # False: none any more; None: the one there is

    def clean_cover(self) -> Any:
        given = self.cleaned_data["cover"]
        if given is False or isinstance(given, Picture):
            self.new_cover = given
        return self.initial.get("cover")


class CoverAdmin(admin.ModelAdmin):
    """The book's admin, as far as covers go: pictures are read before Django's transaction, stored after it."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if upload := request.FILES.get("cover"):
            _read_ahead(upload)
        return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        new_cover = getattr(form, "new_cover", None)  # the list's form has none
        if new_cover is not None:
            transaction.on_commit(partial(self._replace_cover, request, form.instance.pk, new_cover or None))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        transaction.on_commit(partial(forget_files, obj.cover.name))
        super().delete_model(request, obj)

    def _replace_cover(self, request: HttpRequest, book_id: int, picture: Picture | None) -> None:
        try:
            replace_cover(book_id=book_id, picture=picture)
        except Exception:  # each kind of storage raises its own
            logger.exception("The cover of book %s could not be stored", book_id)
            text = _(
                "All is saved but the cover, which could not be stored: the book has the one it had before."
            )
            self.message_user(request, text, messages.ERROR)


def _read_ahead(upload: Any) -> None:
    """Have the picture ready when the form asks for it."""
    try:
        upload.picture = read_picture(upload) if upload.size else None
    except ValidationError as problem:
        upload.picture = problem


def _picture_of(upload: Any) -> Picture:
    if not hasattr(upload, "picture"):
        _read_ahead(upload)
    if isinstance(upload.picture, ValidationError):
        raise upload.picture
    return upload.picture
