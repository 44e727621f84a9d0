"""The stock in the admin: the list, and each book's page."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.long_lists import MOST_COUNTED

from ..forms import AdjustForm, ReceiveForm, ShelfForm, ThresholdForm
from ..models import Backorder, DeliveryDiffers, RestockAlert, Stock, StockMovement
from ..stocking import (
    NotEnoughCopies,
    StockMoved,
    adjust_copies,
    receive_copies,
    set_shelf,
    set_threshold,
)
from .alerts import act_on_alerts, may_restock
from .lists import BookSearch

MOST_ROWS = 100  # books to receive on one page
MOVEMENTS_SHOWN = 20  # on a book's page; the list has them all
BACKORDERS_SHOWN = 10
BY_TITLE = ["book__sort_title", "book_id"]


class LevelFilter(admin.SimpleListFilter):
    title = gettext_lazy("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", _("Low")), ("out", _("Out")), ("awaited", _("Awaited by customers"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "low":
            return queryset.low()
        if self.value() == "awaited":
            return queryset.awaited()
        return queryset.out() if self.value() == "out" else queryset


@admin.register(Stock)
class StockAdmin(BookSearch):
    """The stock list, and each book's page, from which copies are received and counts put right."""

    list_display = ["title", "isbn", "on_hand", "allocated", "available", "wanted", "threshold_now", "state"]
    list_filter = [LevelFilter]
    list_select_related = ["book"]
    search_fields = ["book__title", "book__search_text", "book__isbn"]
    actions = ["receive_chosen", "shelve_chosen"]

    def get_ordering(self, request: HttpRequest) -> Any:
        """By title; the newest first where nothing is asked for and there are too many to be sorted."""
        is_long = not request.GET and Stock.objects.all()[MOST_COUNTED:].exists()
        return ["-book_id"] if is_long else BY_TITLE

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stock]:
        alert = RestockAlert.objects.open().filter(book_id=OuterRef("book_id"))
        stock = super().get_queryset(request).select_related("book")
        return stock.with_available().annotate(alert_status=Subquery(alert.values("status")))  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("title"), ordering="book__sort_title")
    def title(self, stock: Stock) -> str:
        return stock.book.title

    @admin.display(description=gettext_lazy("available"), ordering="free")
    def available(self, stock: Stock) -> int:
        return stock.available

    @admin.display(description=gettext_lazy("awaited"), ordering="awaited", empty_value="")
    def wanted(self, stock: Stock) -> str:
        """Copies that customers wait for; nothing rather than a column of noughts."""
        return str(stock.awaited or "")

    @admin.display(description=gettext_lazy("threshold"), ordering="limit")
    def threshold_now(self, stock: Stock) -> int:
        return stock.restock_below

    @admin.display(description=gettext_lazy("alert"), ordering="alert_status")
    def state(self, stock: Stock) -> str:
        return state_of(stock, stock.alert_status)  # type: ignore[attr-defined]

    @admin.action(description=gettext_lazy("Receive copies of the chosen books"), permissions=["change"])
    def receive_chosen(self, request: HttpRequest, stocks: QuerySet[Stock]) -> HttpResponse | None:
        return self._go_on(request, "admin:inventory_stock_receive", stocks)

    @admin.action(description=gettext_lazy("Put the chosen books on a shelf"), permissions=["change"])
    def shelve_chosen(self, request: HttpRequest, stocks: QuerySet[Stock]) -> HttpResponse | None:
        return self._go_on(request, "admin:inventory_stock_shelve", stocks)

    def _go_on(self, request: HttpRequest, name: str, stocks: QuerySet[Stock]) -> HttpResponse | None:
        """Lead to the page on which something is done with the chosen books."""
        chosen = [str(pk) for pk in stocks.values_list("pk", flat=True)[: MOST_ROWS + 1]]
        if len(chosen) > MOST_ROWS:
            messages.error(request, _("Choose %(most)d books at most.") % {"most": MOST_ROWS})
            return None
        return redirect(f"{reverse(name)}?books={','.join(chosen)}")

    def get_urls(self) -> list[URLPattern]:
        receive = self.admin_site.admin_view(self.receive_view)
        shelve = self.admin_site.admin_view(self.shelve_view)
        return [
            path("receive/", receive, name="inventory_stock_receive"),
            path("shelve/", shelve, name="inventory_stock_shelve"),
            *super().get_urls(),
        ]

    def _chosen(self, request: HttpRequest) -> list[Stock]:
        """The books that the page's address names."""
        numbers = [
            int(n)
            for n in request.GET.get("books", "").split(",")[:MOST_ROWS]
            if n.isascii() and n.isdigit() and len(n) < 19
        ]
        return list(self.get_queryset(request).filter(pk__in=numbers).order_by(*BY_TITLE))

    def shelve_view(self, request: HttpRequest) -> HttpResponse:
        """Many books that stand on the same shelf."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        stocks = self._chosen(request)
        if not stocks:
            messages.error(request, _("Choose the books that stand on a shelf."))
            return redirect("admin:inventory_stock_changelist")
        (shelf,) = shelves if len(shelves := {stock.shelf for stock in stocks}) == 1 else ("",)
        form = ShelfForm(shelf, request.POST if request.method == "POST" else None)
        if form.is_valid():
            set_shelf(book_ids=[stock.pk for stock in stocks], shelf=form.cleaned_data["shelf"])
            done = ngettext("%(count)d book has its shelf.", "%(count)d books have their shelf.", len(stocks))
            messages.success(request, done % {"count": len(stocks)})
            return redirect("admin:inventory_stock_changelist")
        context = {"title": _("Put books on a shelf"), "form": form, "stocks": stocks}
        return self._page(request, "admin/inventory/stock/shelve.html", context)

    def receive_view(self, request: HttpRequest) -> HttpResponse:
        """One delivery of many books: a number for each."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        stocks = self._chosen(request)
        if not stocks:
            messages.error(request, _("Choose the books whose copies came in."))
            return redirect("admin:inventory_stock_changelist")
        form = ReceiveForm(stocks, request.POST or None)
        if request.method == "POST" and form.is_valid() and self._receive(request, form):
            return redirect("admin:inventory_stock_changelist")
        context = {"title": _("Receive copies"), "form": form}
        return self._page(request, "admin/inventory/stock/receive.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One book's stock: the figures, what staff do about them, and what moved."""
        stock = self.get_object(request, unquote(object_id))
        if stock is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, stock):
            raise PermissionDenied
        todo = request.POST.get("todo", "")
        posted = request.POST if request.method == "POST" else None
        forms: dict[str, Form] = {
            "receive": ReceiveForm([stock], posted if todo == "receive" else None),
            "adjust": AdjustForm(stock, posted if todo == "adjust" else None),
            "threshold": ThresholdForm(stock, posted if todo == "threshold" else None),
            "shelf": ShelfForm(stock.shelf, posted if todo == "shelf" else None),
        }
        if request.method == "POST" and self._act(request, stock, todo, forms):
            return redirect("admin:inventory_stock_change", stock.pk)
        movements = StockMovement.objects.filter(book_id=stock.pk)
        context = {
            "title": stock.book.title,
            "subtitle": None,
            "original": stock,
            "stock": stock,
            "state": self.state(stock),
            "alert": RestockAlert.objects.open().filter(book_id=stock.pk).first(),
            "forms": forms,
            "has_view_permission": True,
            "may_change": self.has_change_permission(request, stock),
            "may_restock": may_restock(request),
            "waiting": self._who_waits(stock) if stock.awaited else None,
            "movements": movements.select_related("actor", "order_line__order")[:MOVEMENTS_SHOWN],
        }
        return self._page(request, "admin/inventory/stock/change_form.html", context)

    def _who_waits(self, stock: Stock) -> QuerySet[Backorder]:
        backorders = Backorder.objects.filter(book_id=stock.pk).order_by("pk")
        return backorders.select_related("order_line__order")[:BACKORDERS_SHOWN]

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, {**common, **context})

    def _act(self, request: HttpRequest, stock: Stock, todo: str, forms: dict[str, Form]) -> bool:
        """Do what was asked for on a book's page; False if its form must be shown again."""
        if todo in ("ordered", "resolve"):
            act_on_alerts(request, todo, RestockAlert.objects.filter(book_id=stock.pk))
            return True
        if not self.has_change_permission(request, stock):
            raise PermissionDenied
        acts: dict[str, Callable[[], bool]] = {
            "receive": lambda: self._receive(request, forms["receive"]),
            "adjust": lambda: self._adjust(request, stock, forms["adjust"]),
            "threshold": lambda: self._set_threshold(request, stock, forms["threshold"]),
            "shelf": lambda: self._set_shelf(request, stock, forms["shelf"]),
        }
        return todo in acts and forms[todo].is_valid() and acts[todo]()

    def _receive(self, request: HttpRequest, form: Any) -> bool:
        try:
            is_new = receive_copies(
                quantities=form.quantities(),
                actor=request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
                reference=form.cleaned_data["reference"],
                delivery=f"form {form.cleaned_data['key']}",
            )
        except DeliveryDiffers:
            problem = _(
                "This form was received already, with other numbers: these are not counted. Begin anew."
            )
            messages.error(request, problem)
            return True
        if is_new:
            copies = sum(form.quantities().values())
            done = ngettext("%(count)d copy is received.", "%(count)d copies are received.", copies)
            messages.success(request, done % {"count": copies})
        else:
            messages.info(request, _("This was received already: nothing is counted twice."))
        return True

    def _adjust(self, request: HttpRequest, stock: Stock, form: Any) -> bool:
        difference = form.cleaned_data["difference"]
        try:
            adjust_copies(
                book_id=stock.pk,
                difference=difference,
                actor=request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
            )
        except NotEnoughCopies:
            problem = _(
                "Only %(available)d can be taken away: %(allocated)d of %(on_hand)d are promised to orders."
            )
            numbers = {name: getattr(stock, name) for name in ("available", "allocated", "on_hand")}
            form.add_error(None, problem % numbers)
            return False
        except StockMoved:
            moved = _("Copies moved while you counted: %(count)d are on hand now. Please look again.")
            messages.error(request, moved % {"count": stock.on_hand})
        else:
            messages.success(request, _("Put right by %(difference)+d.") % {"difference": difference})
        return True

    def _set_threshold(self, request: HttpRequest, stock: Stock, form: Any) -> bool:
        threshold = form.cleaned_data["threshold"]
        set_threshold(book_id=stock.pk, threshold=threshold)
        if threshold is None:
            done = _("The shop's own threshold applies.")
        else:
            done = _("The threshold is %(number)d.") % {"number": threshold}
        self.log_change(request, stock, done)
        messages.success(request, done)
        return True

    def _set_shelf(self, request: HttpRequest, stock: Stock, form: Any) -> bool:
        shelf = form.cleaned_data["shelf"]
        set_shelf(book_ids=[stock.pk], shelf=shelf)
        done = _("It stands on the shelf “%(shelf)s”.") % {"shelf": shelf} if shelf else _("It has no shelf.")
        self.log_change(request, stock, done)
        messages.success(request, done)
        return True


def state_of(stock: Stock, alert_status: str | None) -> str:
    """A book's level in a word, and whether copies are on their way or what is left will do."""
    if stock.available == 0:
        word, text = "out", _("Out")
    elif stock.is_low:
        word, text = "low", _("Low")
    else:
        return ""
    if alert_status == RestockAlert.Status.ORDERED:
        text = _("%(level)s, ordered") % {"level": text}
    elif stock.is_low and not stock.needs_restocking:
        text = _("%(level)s, accepted") % {"level": text}
    return format_html('<span class="level {}">{}</span>', word, text)
