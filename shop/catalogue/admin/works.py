"""Works and their editions in the admin: what belongs together, and what does not."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.isbn import hyphenated
from shop.money import written
from shop.transactions import retry_on_conflict

from ..editions import make_one_work, part_from_work
from ..models import Book, Work, WorkIdentifier
from .lists import LongListAdmin, ReadOnlyInline

MOST_EDITIONS = 100  # more are no editions of one work, but a slip of the finger


class WorkActions(admin.ModelAdmin):
    """What the list of books does about works."""

    @admin.action(description=gettext_lazy("Make one work of the chosen books"), permissions=["change"])
    def make_one_work(self, request: HttpRequest, books: QuerySet[Book]) -> HttpResponse | None:
        """The chosen books, with the other editions of their works, are editions of one work."""
        if not request.user.has_perm("shop.change_work"):
            raise PermissionDenied
        chosen = list(books.order_by("pk")[: MOST_EDITIONS + 1])
        if not 2 <= len(chosen) <= MOST_EDITIONS:
            text = _("Choose the editions of one work: two at least, %(most)d at most.")
            self.message_user(request, text % {"most": MOST_EDITIONS}, messages.ERROR)
            return None
        work = join(chosen)
        self.message_user(
            request, _("They are editions of “%(work)s” now.") % {"work": work}, messages.SUCCESS
        )
        return redirect("admin:shop_work_change", work.pk)


@retry_on_conflict
@transaction.atomic(durable=True)
def join(books: list[Book]) -> Work:
    """Make one work of two books or more."""
    work = make_one_work(books)
    if work is None:
        raise ValueError("A work has two editions at least.")
    return work


@retry_on_conflict
@transaction.atomic(durable=True)
def part(book: Book) -> None:
    """Have the book be an edition of no work."""
    part_from_work(book)


class EditionInline(ReadOnlyInline):
    model = Book
    readonly_fields = (
        "edition",
        "isbn_written",
        "form_written",
        "publication_date",
        "price_written",
        "on_sale",
    )
    fields = ("edition", "isbn_written", "form_written", "publication_date", "price_written", "on_sale")
    verbose_name_plural = gettext_lazy("editions")
    show_change_link = True

    @admin.display(description=gettext_lazy("title"))
    def edition(self, book: Book) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:shop_book_change", args=[book.pk]), book)

    @admin.display(description=gettext_lazy("ISBN"))
    def isbn_written(self, book: Book) -> str:
        return hyphenated(book.isbn)

    @admin.display(description=gettext_lazy("format"))
    def form_written(self, book: Book) -> str:
        return book.format_name

    @admin.display(description=gettext_lazy("price"))
    def price_written(self, book: Book) -> str:
        return written(book.price)


class WorkIdentifierInline(ReadOnlyInline):
    model = WorkIdentifier
    fields = readonly_fields = ("scheme", "value")


@admin.register(Work)
class WorkAdmin(LongListAdmin):
    """A work comes about by putting editions together, and goes with the last but one."""

    list_display = ["title", "editions_counted"]
    search_fields = ["title"]
    fields = ["title"]
    inlines = [EditionInline, WorkIdentifierInline]
    change_form_template = "admin/shop/work/change_form.html"
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Work]:
        editions = Book.objects.filter(work=OuterRef("pk")).order_by().values("work")
        return (
            super()
            .get_queryset(request)
            .annotate(count=Subquery(editions.annotate(n=Count("pk")).values("n")))
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # of editions, in the list of books

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.part_view)
        return [path("<path:object_id>/part/", view, name="shop_work_part"), *super().get_urls()]

    def part_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take an edition out of the work."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        work = self.get_object(request, unquote(object_id))
        if work is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_change_permission(request, work):
            raise PermissionDenied
        number = request.POST.get("book", "")
        book = work.editions.filter(pk=number).first() if number.isascii() and number.isdigit() else None
        if book is None:
            self.message_user(request, _("That book is no edition of this work."), messages.INFO)
            return redirect("admin:shop_work_change", work.pk)
        part(book)
        text = _("“%(book)s” (%(isbn)s) is a work of its own now.")
        self.message_user(request, text % {"book": book, "isbn": hyphenated(book.isbn)}, messages.SUCCESS)
        if Work.objects.filter(pk=work.pk).exists():
            return redirect("admin:shop_work_change", work.pk)
        return redirect("admin:shop_work_changelist")

    @admin.display(description=gettext_lazy("editions"))
    def editions_counted(self, work: Any) -> int:
        return work.count or 0
