"""Books in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.isbn import hyphenated, isbn13
from shop.money import written
from shop.transactions import retry_on_conflict

from ..adding import introduce
from ..changes import note_changes
from ..covers.uploads import CoverAdmin
from ..credits import refresh_credits
from ..editing import (
    BookForm,
    BookInListForm,
    ContributionForm,
    ContributionFormSet,
    ContributorSelect,
    NewBookForm,
)
from ..editions import part_from_work, refresh_listed, set_on_sale
from ..models import Book, Contribution
from ..onix.codes import AVAILABILITIES, PUBLISHING_STATUSES
from ..search import best_keys
from ..search.database import matching
from .filters import EditedFilter, FeedFilter, ForthcomingFilter, PricedFilter
from .lists import LongListAdmin
from .ownership import OwnershipAdmin, hold_for_all
from .sheets import SheetsAdmin
from .works import WorkActions

MOST_FOUND = 1000  # books of a search


class ContributionInline(admin.TabularInline):
    model = Contribution
    form = ContributionForm
    formset = ContributionFormSet
    autocomplete_fields = ["contributor"]
    verbose_name = gettext_lazy("contributor")
    verbose_name_plural = gettext_lazy("contributors")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        return super().get_queryset(request).select_related("contributor")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "contributor":
            kwargs["widget"] = ContributorSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


@admin.register(Book)
class BookAdmin(WorkActions, OwnershipAdmin, SheetsAdmin, CoverAdmin, LongListAdmin):
    """Books are added with their opening stock, taken off sale rather than deleted."""

    form = BookForm
    change_form_template = "admin/shop/book/change_form.html"
    inlines = [ContributionInline]
    list_display = [
        "title",
        "byline",
        "isbn_written",
        "form_written",
        "price_written",
        "available",
        "on_sale",
    ]
    list_editable = ["on_sale"]
    list_filter = ["on_sale", ForthcomingFilter, PricedFilter, FeedFilter, EditedFilter, "format"]
    list_select_related = ["stock"]
    ordering = ["-pk"]  # the newest first: what no list of a million books must be sorted for
    search_fields = ["search_text"]  # get_search_results says how
    search_help_text = gettext_lazy("Title, author, or ISBN with or without hyphens")
    autocomplete_fields = ["subjects", "main_subject", "publisher", "series"]
    readonly_fields = ["work_page", "status_written", "availability_written", "withdrawn_at", "added_at"]
    actions = ["put_on_sale", "take_off_sale", "make_one_work"]
    save_on_top = True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        offer = ["price", "on_sale"] if obj else ["price", "copies", "on_sale"]
        edition = [
            *["publisher", "imprint", "format", "edition_type", "pages", "minutes", "weight", "language"],
            *["publication_date", "embargo_date", "first_published"],
        ]
        trade = ["status_written", "availability_written", "withdrawn_at", "added_at"]
        about = ["isbn", "title", "subtitle", ("series", "series_number")]
        return [
            (None, {"fields": [*about, "work_page"] if obj else about}),
            (_("Offer"), {"fields": offer}),
            (_("Subjects"), {"fields": ["subjects", "main_subject"]}),
            (_("Edition"), {"fields": edition}),
            (_("On its page"), {"fields": ["description", "cover"]}),
            *([(_("In the trade"), {"fields": trade})] if obj else []),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Book]:
        books = super().get_queryset(request)
        match = request.resolver_match
        if match and match.url_name == "shop_book_change":
            if request.method == "POST":
                # Held from here to the end: all of it is saved, also what a feed is changing at this moment.
                return books.select_for_update()
            books = books.select_related("work", "stock")
        return books

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=BookForm if obj else NewBookForm, **kwargs)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=BookInListForm, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Book], bool]:
        if not search_term.strip():
            return queryset, False
        if isbn := isbn13(search_term):
            return queryset.filter(isbn=isbn), False
        # The database looks through all books: it is asked about what the index has not, such as words half typed.
        keys = best_keys(search_term, MOST_FOUND)
        return (queryset.filter(pk__in=keys) if keys else matching(queryset, search_term)), False

    def save_model(self, request: HttpRequest, obj: Book, form: Any, change: bool) -> None:
        """Of a book in the list no more is saved than what is edited there."""
        if isinstance(form, BookInListForm):
            obj.save(update_fields=[*form.Meta.fields, "listed"])
        else:
            super().save_model(request, obj, form, change)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What loses against an import, or somebody else, at the same books is done again from the start."""
        return retry_on_conflict(super().changeform_view)(request, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """After the contributors: what is kept of them, and for a new book its place in the stock."""
        super().save_related(request, form, formsets, change)
        book = form.instance
        if change:
            refresh_credits([book])
            refresh_listed([book.pk])
        else:
            introduce(copies={book.pk: form.cleaned_data["copies"]}, actor=request.user)

    # --- Instead of deleting

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A book that may be deleted takes along what is only its own, such as its empty stock row."""
        to_delete, count, _permissions_needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, count, set(), protected

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        book = self.get_object(request, unquote(object_id))
        if book and self.has_delete_permission(request, book):
            protected = self.get_deleted_objects([book], request)[3]
            if protected:
                text = _(
                    "“%(book)s” has been sold or counted, so it stays on record. Take it off sale instead."
                )
                self.message_user(request, text % {"book": book}, messages.ERROR)
                return redirect("admin:shop_book_change", book.pk)
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: Book) -> None:
        """Another edition takes its place in lists, and the search forgets it."""
        part_from_work(obj)
        note_changes([obj.pk])
        super().delete_model(request, obj)

    @admin.action(description=gettext_lazy("Put on sale"), permissions=["change"])
    def put_on_sale(self, request: HttpRequest, books: QuerySet[Book]) -> None:
        self._set_on_sale(request, books, True)

    @admin.action(description=gettext_lazy("Take off sale"), permissions=["change"])
    def take_off_sale(self, request: HttpRequest, books: QuerySet[Book]) -> None:
        self._set_on_sale(request, books, False)

    def _set_on_sale(self, request: HttpRequest, books: QuerySet[Book], on_sale: bool) -> None:
        """Staff have decided so for all that they chose, also for those that were as they want them."""
        chosen = list(books.values_list("pk", flat=True))
        count = set_on_sale(chosen, on_sale)
        hold_for_all(
            Book.objects.filter(pk__in=chosen, on_sale=on_sale).values_list("pk", flat=True), "on_sale"
        )
        text = (
            ngettext("%d book is on sale now.", "%d books are on sale now.", count)
            if on_sale
            else ngettext("%d book is off sale now.", "%d books are off sale now.", count)
        )
        self.message_user(request, text % count, messages.SUCCESS)

    # --- Columns, and what is shown and not edited

    @admin.display(description=gettext_lazy("ISBN"), ordering="isbn")
    def isbn_written(self, book: Book) -> str:
        return hyphenated(book.isbn).replace("-", "\u2011")  # does not break at the end of a line

    @admin.display(description=gettext_lazy("format"), ordering="format")
    def form_written(self, book: Book) -> str:
        return book.format_name

    @admin.display(description=gettext_lazy("price"), ordering="price")
    def price_written(self, book: Book) -> str:
        return written(book.price)

    @admin.display(description=gettext_lazy("available"))
    def available(self, book: Book) -> int:
        return book.available

    @admin.display(description=gettext_lazy("work"))
    def work_page(self, book: Book) -> str:
        if book.work is None:
            return _("The only edition that the shop knows.")
        address = reverse("admin:shop_work_change", args=[book.work.pk])
        return format_html('<a href="{}">{}</a>', address, book.work)

    @admin.display(description=gettext_lazy("publishing status"))
    def status_written(self, book: Book) -> str:
        return in_words(book.publishing_status, PUBLISHING_STATUSES)

    @admin.display(description=gettext_lazy("availability at its supplier"))
    def availability_written(self, book: Book) -> str:
        return in_words(book.availability_code, AVAILABILITIES)


def in_words(code: str, words: Any) -> str:
    """A code of the trade with what it means."""
    return f"{words.get(code, _('Unknown'))} ({code})" if code else "–"
