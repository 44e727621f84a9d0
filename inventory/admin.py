"""Stock in the admin: what is there, what came and went, what must be restocked."""

from collections.abc import Callable
from datetime import datetime
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
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.isbn import hyphenated, isbn13

from . import alerts
from .forms import AdjustForm, ReceiveForm, ThresholdForm
from .models import DeliveryDiffers, RestockAlert, Stock, StockMovement
from .stocking import NotEnoughCopies, StockMoved, adjust_copies, receive_copies, set_threshold

MOST_ROWS = 100  # books to receive on one page
MOVEMENTS_SHOWN = 20  # on a book's page; the list has them all


class LevelFilter(admin.SimpleListFilter):
    title = gettext_lazy("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", _("Low")), ("out", _("Out"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "low":
            return queryset.low()
        return queryset.out() if self.value() == "out" else queryset


class BookSearch(admin.ModelAdmin):
    """Lists that are searched by title, author, or ISBN as people write it."""

    search_help_text = gettext_lazy("Title, author, or ISBN with or without hyphens")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        try:
            return super().get_object(request, object_id, from_field)
        except OverflowError:  # an address made up, with a number that no database holds
            return None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        isbn = isbn13(search_term)
        if isbn:
            return queryset.filter(book__isbn=isbn), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=gettext_lazy("ISBN"), ordering="book__isbn")
    def isbn(self, row: Any) -> str:
        return hyphenated(row.book.isbn)

    @admin.display(description=gettext_lazy("book"), ordering="book__sort_title")
    def stock_page(self, row: Any) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:inventory_stock_change", args=[row.book_id]), row.book
        )


@admin.register(Stock)
class StockAdmin(BookSearch):
    """The stock list, and each book's page, from which copies are received and counts put right."""

    list_display = ["title", "isbn", "on_hand", "allocated", "available", "threshold_now", "state"]
    list_filter = [LevelFilter]
    list_select_related = ["book"]
    search_fields = ["book__title", "book__search_text", "book__isbn"]
    ordering = ["book__sort_title", "book_id"]
    actions = ["receive_chosen"]

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

    @admin.display(description=gettext_lazy("threshold"), ordering="limit")
    def threshold_now(self, stock: Stock) -> int:
        return stock.restock_below

    @admin.display(description=gettext_lazy("alert"), ordering="alert_status")
    def state(self, stock: Stock) -> str:
        return state_of(stock, stock.alert_status)  # type: ignore[attr-defined]

    @admin.action(description=gettext_lazy("Receive copies of the chosen books"), permissions=["change"])
    def receive_chosen(self, request: HttpRequest, stocks: QuerySet[Stock]) -> HttpResponse | None:
        chosen = [str(pk) for pk in stocks.values_list("pk", flat=True)[: MOST_ROWS + 1]]
        if len(chosen) > MOST_ROWS:
            messages.error(request, _("Choose %(most)d books at most.") % {"most": MOST_ROWS})
            return None
        return redirect(f"{reverse('admin:inventory_stock_receive')}?books={','.join(chosen)}")

    def get_urls(self) -> list[URLPattern]:
        receive = self.admin_site.admin_view(self.receive_view)
        return [path("receive/", receive, name="inventory_stock_receive"), *super().get_urls()]

    def receive_view(self, request: HttpRequest) -> HttpResponse:
        """One delivery of many books: a number for each."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        numbers = [
            int(n)
            for n in request.GET.get("books", "").split(",")[:MOST_ROWS]
            if n.isascii() and n.isdigit() and len(n) < 19
        ]
        stocks = list(self.get_queryset(request).filter(pk__in=numbers).order_by(*self.ordering))
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
            "movements": movements.select_related("actor", "order_line__order")[:MOVEMENTS_SHOWN],
        }
        return self._page(request, "admin/inventory/stock/change_form.html", context)

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


@admin.register(StockMovement)
class StockMovementAdmin(BookSearch):
    """The ledger, to read."""

    list_display = ["at", "stock_page", "kind", "copies", "reason", "source", "actor"]
    list_display_links = None
    list_filter = ["kind", "at"]
    list_select_related = ["book", "actor", "order_line__order"]
    search_fields = ["book__title", "book__search_text", "book__isbn", "reason", "reference", "actor__email"]
    search_help_text = gettext_lazy("Title, author, ISBN, reason, reference, or who")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("copies"), ordering="quantity")
    def copies(self, movement: StockMovement) -> str:
        return movement.signed

    @admin.display(description=gettext_lazy("reference"), ordering="reference")
    def source(self, movement: StockMovement) -> str:
        if movement.order_line is None:
            return movement.reference
        order = movement.order_line.order
        return format_html('<a href="{}">{}</a>', reverse("admin:shop_order_change", args=[order.pk]), order)


class AttentionFilter(admin.SimpleListFilter):
    """Shows what is open unless something else is asked for."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((status.value, str(status.label)) for status in RestockAlert.Status), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("Open and ordered")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset.open()
        return queryset if self.value() == "all" else queryset.filter(status=self.value())


@admin.register(RestockAlert)
class RestockAlertAdmin(BookSearch):
    """What must be restocked, longest waiting first."""

    list_display = ["stock_page", "isbn", "left", "threshold", "raised", "progress"]
    list_display_links = None
    list_filter = [AttentionFilter, "raised_at"]
    list_select_related = ["book__stock"]
    search_fields = ["book__title", "book__search_text", "book__isbn"]
    actions = ["mark_ordered", "resolve"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # nothing is typed here

    def has_restock_permission(self, request: HttpRequest) -> bool:
        """Asked for by the actions."""
        return may_restock(request)

    @admin.display(description=gettext_lazy("available"))
    def left(self, alert: RestockAlert) -> int:
        return alert.book.stock.available

    @admin.display(description=gettext_lazy("threshold"))
    def threshold(self, alert: RestockAlert) -> int:
        return alert.book.stock.restock_below

    @admin.display(description=gettext_lazy("raised"), ordering="raised_at")
    def raised(self, alert: RestockAlert) -> str:
        return day(alert.raised_at)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def progress(self, alert: RestockAlert) -> str:
        since = alert.resolved_at or alert.ordered_at
        return f"{alert.get_status_display()}, {day(since)}" if since else alert.get_status_display()

    @admin.action(description=gettext_lazy("Copies are ordered"), permissions=["restock"])
    def mark_ordered(self, request: HttpRequest, chosen: QuerySet[RestockAlert]) -> None:
        act_on_alerts(request, "ordered", chosen)

    @admin.action(
        description=gettext_lazy("Resolve: what is left will do, until another copy goes"),
        permissions=["restock"],
    )
    def resolve(self, request: HttpRequest, chosen: QuerySet[RestockAlert]) -> None:
        act_on_alerts(request, "resolve", chosen)


def day(moment: datetime) -> str:
    """The day of a moment, in the shop's time zone."""
    return date_format(localtime(moment), "SHORT_DATE_FORMAT")


def may_restock(request: HttpRequest) -> bool:
    """Whether this person decides about restock alerts."""
    return request.user.has_perm("inventory.change_restockalert")


def act_on_alerts(request: HttpRequest, todo: str, chosen: QuerySet[RestockAlert]) -> None:
    """Mark the chosen alerts as ordered, or resolve them, and tell how many that concerned."""
    if not may_restock(request):
        raise PermissionDenied
    alert_ids = list(chosen.values_list("pk", flat=True))
    if todo == "ordered":
        count = alerts.mark_ordered(alert_ids=alert_ids)
        done = ngettext(
            "%(count)d alert is marked as ordered.", "%(count)d alerts are marked as ordered.", count
        )
    else:
        count = alerts.resolve(alert_ids=alert_ids)
        done = ngettext(
            "%(count)d alert is resolved: what is left will do, until another copy goes.",
            "%(count)d alerts are resolved: what is left will do, until another copy goes.",
            count,
        )
    (messages.success if count else messages.info)(request, done % {"count": count})


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
