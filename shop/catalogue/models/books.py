"""The book for sale: one edition, identified by its ISBN, with everybody who had a part in it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Self

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.isbn import validate_isbn13

from ..covers import COVER_VERSION
from ..covers.files import srcset
from ..formats import Format, ProductClass, format_name, product_class, usual_weight
from ..roles import role_name
from ..text import fingerprint, searchable, series_position, sort_title
from .contributors import Contributor
from .publishers import Publisher
from .subjects import DEFAULT_COLOUR, Subject, SubjectCode
from .works import Series, Work

models.CharField.register_lookup(Length)


class BookQuerySet(models.QuerySet["Book"]):
    def on_sale(self) -> Self:
        """Books that customers may see and order."""
        return self.filter(on_sale=True)

    def listed(self) -> Self:
        """Books that lists show: of a work's editions on sale only the leading one."""
        return self.filter(listed=True)

    def listed_by(self, *order: str) -> Self:
        """The same, in one of the orders that have an index of their own."""
        # Django writes listed=True as a bare column, for which SQLite finds no index; it does for this.
        return self.filter(listed__in=[True]).order_by(*order)

    def forthcoming(self) -> Self:
        """Books that are not published yet, or not to be sold before a day that lies ahead (in the shop's zone)."""
        today = timezone.localdate()
        return self.filter(Q(publication_date__gt=today) | Q(embargo_date__gt=today))

    def for_cards(self, *more: str) -> Self:
        """With all that a card in a list shows, and no more than that and the fields named."""
        return self.select_related("stock", "main_subject").only(
            *["isbn", "title", "subtitle", "byline", "price", "format", "edition_type", "cover"],
            *["publication_date", "embargo_date"],
            *["stock__on_hand", "stock__allocated", "main_subject__colour"],
            *more,
        )

    def in_stock(self) -> Self:
        """Books with a copy that is not promised to anybody."""
        return self.filter(stock__on_hand__gt=F("stock__allocated"))

    def about(self, subject: Subject) -> Self:
        """Books on the subject or anything below it."""
        return self.about_any(Subject.objects.within(subject))

    def about_any(self, subjects: Iterable[Subject]) -> Self:
        """Books on at least one of exactly these subjects."""
        on_them = Book.subjects.through.objects.filter(subject__in=subjects)
        return self.filter(pk__in=on_them.values("book_id"))

    def by(self, contributor: Contributor) -> Self:
        """Books that the contributor had a part in."""
        parts = Contribution.objects.filter(contributor=contributor)
        return self.filter(pk__in=parts.values("book_id"))


@cache
def _address_of_books(script_prefix: str) -> str:
    """What a book's address begins with: asked for by every book of a list, and `reverse` is slow."""
    return reverse("catalogue:book", args=["0"]).removesuffix("0/")


class Book(models.Model):
    """One edition for sale, identified by its ISBN."""

    Format = Format

    class EditionType(models.TextChoices):
        """Edition type, the part of ONIX code list 21 that a customer chooses by."""

        LARGE_PRINT = "LTE", _("Large print")

    isbn = models.CharField(_("ISBN"), max_length=13, unique=True, validators=[validate_isbn13])
    title = models.CharField(_("title"), max_length=300)
    subtitle = models.CharField(_("subtitle"), max_length=300, blank=True)
    work = models.ForeignKey(
        Work,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="editions",
        verbose_name=_("work"),
        help_text=_("What it is an edition of, if the shop knows other editions of the same."),
    )
    series = models.ForeignKey(
        Series,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="books",
        verbose_name=_("series"),
    )
    series_number = models.CharField(_("number in the series"), max_length=20, blank=True)
    contributors = models.ManyToManyField(Contributor, through="Contribution", related_name="books")
    subjects = models.ManyToManyField(Subject, blank=True, related_name="books", verbose_name=_("subjects"))
    main_subject = models.ForeignKey(
        Subject,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("main subject"),
        help_text=_("Gives the drawn cover its colour."),
    )
    publisher = models.ForeignKey(
        Publisher,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="books",
        verbose_name=_("publisher"),
    )
    imprint = models.CharField(_("imprint"), max_length=200, blank=True)
    subject_codes = models.ManyToManyField(SubjectCode, through="BookSubjectCode", related_name="books")
    # Product form, ONIX code list 150: also codes that the shop has no name for are kept.
    format = models.CharField(_("format"), max_length=2, choices=Format, default=Format.BOOK)
    # ONIX code list 21, of which EditionType names what matters here.
    edition_type = models.CharField(_("edition type"), max_length=3, choices=EditionType, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True, help_text=_("Of listening."))
    weight = models.PositiveIntegerField(
        _("weight, grams"), null=True, blank=True, help_text=_("Empty: what its format usually weighs.")
    )
    language = models.CharField(
        _("language"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[a-z]{3}\Z", _("Three letters of ISO 639-2/B, such as eng."))],
        help_text=_("Three letters of ISO 639-2/B, such as eng."),
    )
    publication_date = models.DateField(_("publication date"), null=True, blank=True)
    embargo_date = models.DateField(
        _("not sold before"), null=True, blank=True, help_text=_("The publisher's embargo, if there is one.")
    )
    publishing_status = models.CharField(
        _("publishing status"), max_length=2, blank=True, help_text=_("ONIX code list 64.")
    )
    availability_code = models.CharField(
        _("availability"), max_length=2, blank=True, help_text=_("As its supplier says: ONIX code list 65.")
    )
    first_published = models.SmallIntegerField(
        _("first published"),
        null=True,
        blank=True,
        help_text=_("The year the work first appeared, in any edition; negative before Christ."),
    )
    description = models.TextField(_("description"), blank=True)
    keywords = models.CharField(
        _("keywords"),
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        help_text=_("Words to be found by, parted by semicolons; not shown."),
    )
    price = models.DecimalField(
        _("price"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("A book without one cannot be on sale."),
    )
    cover = models.ImageField(
        _("cover"), upload_to="covers", blank=True, help_text=_("Without one, the shop draws a cover itself.")
    )
    on_sale = models.BooleanField(_("on sale"), default=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    # Names of the fields that staff set last: a feed leaves those alone.
    staff_fields = models.JSONField(default=list, blank=True, editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    # Kept by credits.refresh_credits: what lists show and search reads, without a query per book.
    byline = models.CharField(max_length=300, blank=True, editable=False)
    sort_title = models.CharField(max_length=300, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    series_position = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, editable=False
    )
    # Kept by editions.refresh_listed.
    listed = models.BooleanField(default=True, editable=False)

    objects = BookQuerySet.as_manager()

    class Meta:
        verbose_name = _("book")
        verbose_name_plural = _("books")
        ordering = ["sort_title", "pk"]
        indexes = [
            models.Index(fields=["listed", "sort_title", "id"], name="shop_book_by_title"),
            models.Index(fields=["listed", "price", "id"], name="shop_book_by_price"),
            models.Index(fields=["listed", "first_published", "id"], name="shop_book_by_year"),
            models.Index(fields=["listed", "added_at", "id"], name="shop_book_by_added"),
            models.Index(fields=["listed", "publication_date", "id"], name="shop_book_by_published"),
            models.Index(fields=["series", "series_position", "id"], name="shop_book_by_series"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(isbn__length=13), name="shop_book_isbn_13_digits"),
            models.CheckConstraint(condition=Q(price__gte=0), name="shop_book_price_not_negative"),
            models.CheckConstraint(
                condition=Q(on_sale=False) | Q(price__isnull=False), name="shop_book_on_sale_has_price"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep what sorting and listing go by; of a work with several editions `refresh_listed` decides."""
        self.sort_title = sort_title(self.title)
        self.series_position = series_position(self.series_number)
        self.listed = self.on_sale and (self.work_id is None or self.listed)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return f"{_address_of_books(get_script_prefix())}{self.isbn}/"

    @property
    def product_class(self) -> ProductClass:
        """Which kind of product it is, for tax."""
        return product_class(self.format)

    @property
    def grams(self) -> int:
        """What a copy weighs: its own weight, else what its format usually does."""
        return usual_weight(self.format) if self.weight is None else self.weight

    @property
    def cover_url(self) -> str:
        """The uploaded cover if there is one, else the one the shop draws; a new address when it changes."""
        if self.cover:
            return self.cover.url
        return f"{self.get_absolute_url()}cover.svg?v={self.cover_version}"

    @property
    def cover_srcset(self) -> str:
        """The uploaded cover's widths for an <img>; empty where there are none to choose from."""
        return srcset(self.cover.storage, self.cover.name or "") if self.cover else ""

    @property
    def cover_version(self) -> str:
        """Changes when the drawn cover does."""
        return fingerprint(COVER_VERSION, self.title, self.subtitle, self.byline, self.cover_colour)

    @property
    def cover_colour(self) -> str:
        """The main subject's colour, or the one that a subject has unless told otherwise."""
        return self.main_subject.colour if self.main_subject else DEFAULT_COLOUR

    @property
    def format_name(self) -> str:
        """The product form in words, whatever the code; large print says so."""
        if self.edition_type == self.EditionType.LARGE_PRINT:
            return str(self.EditionType.LARGE_PRINT.label)
        return format_name(self.format)

    @property
    def asking_price(self) -> Decimal:
        """What a customer pays for it; only for a book that has a price, as every book on sale has."""
        if self.price is None:
            raise ValueError(f"{self.isbn} has no price.")
        return self.price

    @property
    def series_name(self) -> str:
        """The name of its series, empty without one."""
        return self.series.name if self.series else ""

    @property
    def may_be_dispatched_from(self) -> date | None:
        """The day before which no copy may leave the shop, while that lies ahead (in the shop's zone)."""
        day = max(filter(None, (self.publication_date, self.embargo_date)), default=None)
        return day if day and day > timezone.localdate() else None

    @property
    def is_forthcoming(self) -> bool:
        """Whether it is not published yet: it can be ordered in advance."""
        return self.may_be_dispatched_from is not None

    @property
    def available(self) -> int:
        """Copies that can be ordered: those in stock and not promised to anybody."""
        stock = getattr(self, "stock", None)
        return stock.available if stock else 0

    def searchable_text(self, names: list[str]) -> str:
        """What a search looks in: title, subtitle, series, the contributors' names and keywords."""
        return searchable(self.title, self.subtitle, self.series_name, *names, self.keywords)


class Contribution(models.Model):
    """One contributor's part in one book."""

    class Role(models.TextChoices):
        """Contributor role, the part of ONIX code list 17 that the shop shows."""

        AUTHOR = "A01", _("Author")
        ILLUSTRATOR = "A12", _("Illustrator")
        PHOTOGRAPHER = "A13", _("Photographer")
        INTRODUCTION = "A24", _("Introduction")
        FOREWORD = "A23", _("Foreword")
        AFTERWORD = "A19", _("Afterword")
        EDITOR = "B01", _("Editor")
        ADAPTER = "B05", _("Adapter")
        TRANSLATOR = "B06", _("Translator")
        READER = "E07", _("Reader")
        OTHER = "Z99", _("Contributor")

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="contributions")
    contributor = models.ForeignKey(Contributor, on_delete=models.PROTECT, related_name="contributions")
    role = models.CharField(_("role"), max_length=3, choices=Role, default=Role.AUTHOR)
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["book", "contributor", "role"], name="shop_contribution_once_per_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor} ({self.get_role_display()})"

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """The role in words, also one that staff cannot choose."""
        return role_name(self.role)


class BookSubjectCode(models.Model):
    """A code of the trade's subject schemes that a feed gives a book."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="+")
    code = models.ForeignKey(SubjectCode, on_delete=models.PROTECT, related_name="+")
    is_main = models.BooleanField(_("main subject"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="shop_book_subject_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.book}: {self.code}"
