"""Which of a book's fields staff have set, beside what its feed says of them, and the buttons that give them back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from shop.prose import plain_text

from ..formats import format_name
from ..models import Book, BookSubjectCode, FeedRecord
from ..onix.codes import SUBJECT_SCHEMES
from ..onix.ownership import held_by_staff, release
from ..onix.wanted import Blocks, Terms, Wanted, wanted


@dataclass(frozen=True)
class HeldField:
    """A field that staff set last: its name, how people call it, what the feed says of it ("" for nothing)."""

    name: str
    label: str
    feed_says: str


class OwnershipAdmin(admin.ModelAdmin):
    """Notes what staff change of a book, shows it on the book's page, and gives it back to the feed."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What has just been typed, here or in the list, counts as set by staff."""
        lists = [formset.prefix for formset in formsets if formset.has_changed()]
        super().save_related(request, form, formsets, change)
        held_by_staff(form.instance, [*form.changed_data, *lists])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        book = context.get("original")
        if book is not None:
            record = FeedRecord.objects.filter(book=book).first()
            context |= {"feed_record": record, "held_fields": held_fields(book, record)}
            if record:
                context |= received(book)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.release_view)
        return [path("<path:object_id>/release/", view, name="shop_book_release"), *super().get_urls()]

    def release_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give one field of a book back to its feed."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        book = self.get_object(request, unquote(object_id))
        if book is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_change_permission(request, book):
            raise PermissionDenied
        name = request.POST.get("field", "")
        record = FeedRecord.objects.filter(book=book).first()
        if release(book_id=book.pk, field=name):
            text = _given_back(name, record)
            self.log_change(request, book, text)
            self.message_user(request, text, messages.SUCCESS)
        else:
            self.message_user(request, _("That field was not set by staff."), messages.INFO)
        return redirect("admin:shop_book_change", book.pk)


def _given_back(name: str, record: FeedRecord | None) -> str:
    """What has come of a field's being given back: what a feed does not say stays as it is."""
    field = {"field": label_of(name)}
    if record is None:
        return (
            _("“%(field)s” stays as it is: the book has no feed. A feed that brings it may set it.") % field
        )
    if record.is_withdrawn and name != "on_sale":
        return (
            _("“%(field)s” stays as it is: the feed has withdrawn the book, until it brings it again.")
            % field
        )
    if not record.is_withdrawn and not wanted(Blocks.from_json(record.data), Terms.now()).says(name):
        return _("“%(field)s” stays as it is until the feed brings one: it has none.") % field
    return _("“%(field)s” is the feed's again.") % field


def received(book: Book) -> dict[str, Any]:
    """What feeds have brought for a book beside its own fields, to look at."""
    codes = (
        BookSubjectCode.objects.filter(book=book).select_related("code__subject").order_by("-is_main", "pk")
    )
    return {
        "trade_codes": [
            (SUBJECT_SCHEMES.get(given.code.scheme, given.code.scheme), given) for given in codes
        ],
        "trade_prices": book.supplier_prices.select_related("supplier"),
        "trade_texts": book.texts.all(),
    }


def hold_for_all(book_ids: Iterable[int], field: str) -> None:
    """Note that staff have set this field of many books."""
    book_ids = list(book_ids)
    for start in range(0, len(book_ids), 500):
        books = Book.objects.filter(pk__in=book_ids[start : start + 500]).only("staff_fields")
        changed = [book for book in books if field not in book.staff_fields]
        for book in changed:
            book.staff_fields = sorted([*book.staff_fields, field])
        Book.objects.bulk_update(changed, ["staff_fields"])


def held_fields(book: Book, record: FeedRecord | None) -> list[HeldField]:
    """The fields that staff set last, in the order of their names."""
    said = wanted(Blocks.from_json(record.data), Terms.now()) if record and not record.is_withdrawn else None
    says = {name: feed_says(book, said, name) for name in book.staff_fields} if said else {}
    if record and record.is_withdrawn:
        says["on_sale"] = _("no: its sender has withdrawn it")
    found = [HeldField(name, label_of(name), says.get(name, "")) for name in book.staff_fields]
    return sorted(found, key=lambda field: field.label)


def label_of(name: str) -> str:
    """What people call a field of a book."""
    try:
        return capfirst(str(Book._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


def feed_says(book: Book, said: Wanted, name: str) -> str:
    """What a feed says of a field, in words."""
    if name == "contributors":
        return ", ".join(person.name for person in said.people)
    if name == "subjects":
        return ", ".join(code.heading or code.code for code in said.codes)
    if name == "on_sale":
        stock = getattr(book, "stock", None)
        hindrance = said.hindrance(price=book.price, has_copies=bool(stock and stock.on_hand))
        return _("no: %(why)s") % {"why": hindrance.label} if hindrance else _("yes")
    value = said.fields.get(name)
    if value in (None, ""):
        return ""
    if name == "description":
        return plain_text(str(value))
    return format_name(value) if name == "format" else str(localize(value))
