"""Staff are told by mail what to restock: once of each alert, of many at once, and once an hour at most."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.isbn import hyphenated
from shop.mail.kinds import Kind, register
from shop.mail.letters import Block, Contents, Item, Items, Link, Paragraph
from shop.mail.outbox import post
from shop.models import Mail, User

from .models import RestockAlert

KIND = "restock"
APART = timedelta(hours=1)
GATHERED_FOR = timedelta(minutes=10)  # a file of sales raises many alerts, one after the other
MOST_NAMED = 100  # books in one mail


def gather() -> None:
    """Owe staff a mail about the alerts that they have not been told of, if it is time for one."""
    now = timezone.now()
    untold = RestockAlert.objects.open().filter(told_in=None, raised_at__lte=now - GATHERED_FOR)
    mails = Mail.objects.filter(kind=KIND)
    lately = mails.filter(Q(queued_at__gt=now - APART) | Q(status=Mail.Status.QUEUED))
    if untold.exists() and not lately.exists():
        last = max(
            RestockAlert.objects.aggregate(last=Max("told_in"))["last"] or 0,
            mails.aggregate(last=Max("about"))["last"] or 0,
        )
        post(KIND, to="", about=last + 1, key=f"{KIND}:{last + 1}", due_at=now)


def to_restock(number: int) -> Contents | None:
    """The alerts that the mail of this number tells of: its own, if it is written anew, and those that no other has
    told of. Nothing if enough has come meanwhile."""
    alerts = RestockAlert.objects.open()
    alerts.filter(told_in=None).update(told_in=number)
    told = alerts.filter(told_in=number)
    count = told.count()
    if not count:
        return None
    low = told.select_related("book__stock").order_by("raised_at", "pk")[:MOST_NAMED]
    items = [
        _item(
            alert.book.stock.available,
            alert.book.title,
            alert.book.byline,
            alert.book.isbn,
            alert.book.stock.restock_below,
        )
        for alert in low
    ]
    return replace(_told(items, count), to=recipients())


def _item(available: int, title: str, byline: str, isbn: str, threshold: int) -> Item:
    note = _("%(isbn)s; to be restocked below %(threshold)d")
    return Item(available, title, byline, note=note % {"isbn": hyphenated(isbn), "threshold": threshold})


def _told(items: list[Item], count: int) -> Contents:
    blocks: list[Block] = [Items(_("To restock"), items, counted=_("Left"), sign=_("left:"))]
    if count > len(items):
        more = ngettext("And %(count)d more.", "And %(count)d more.", count - len(items))
        blocks.append(Paragraph(more % {"count": count - len(items)}))
    alerts = settings.SHOP_URL + reverse("admin:inventory_restockalert_changelist")
    blocks.append(Link(_("All restock alerts"), alerts))
    return Contents(values={"count": str(count)}, blocks=blocks)


def recipients() -> list[str]:
    """Who is told: whom settings name, else the stock keepers, else the administrators."""
    if settings.STAFF_EMAIL:
        return list(settings.STAFF_EMAIL)
    staff = User.objects.filter(is_active=True, is_staff=True).order_by("pk")
    keepers = staff.filter(groups__name="Stock keepers").values_list("email", flat=True)
    return list(keepers) or list(staff.filter(is_superuser=True).values_list("email", flat=True))


def _example() -> Contents:
    return _told(
        [
            _item(3, "The Dispossessed", "Ursula K. Le Guin", "9780575079038", 10),
            _item(0, "Orbital", "Samantha Harvey", "9781529922936", 5),
        ],
        2,
    )


register(
    Kind(
        code=KIND,
        label=gettext_lazy("Books to restock, to staff"),
        when=gettext_lazy(
            "When books have fallen below their thresholds: many at once, once an hour at most."
        ),
        subject=gettext_lazy("To restock: {count}"),
        opening=gettext_lazy("These books have fallen below their thresholds since the last mail."),
        closing=gettext_lazy("{shop}"),
        placeholders={"count": gettext_lazy("how many books")},
        contents=to_restock,
        example=_example,
        latest=lambda: None,
        may_be_off=True,
        gather=gather,
    )
)
