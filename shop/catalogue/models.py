"""What the shop sells: books, who made them, what they are about, who publishes them."""

from collections.abc import Iterable
from functools import cache
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.urls import get_script_prefix, reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from shop.isbn import validate_isbn13

from .covers import COVER_VERSION
from .text import fingerprint, folded, joined_initials, sort_title

models.CharField.register_lookup(Length)

DEFAULT_COLOUR = "#3d4f5c"


class Publisher(models.Model):
    """A publishing house or imprint, as printed on the book."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("publisher")
        verbose_name_plural = _("publishers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SubjectQuerySet(models.QuerySet["Subject"]):
    def within(self, subject: "Subject") -> Self:
        """The subject and everything below it in the tree."""
        return self.filter(Q(pk=subject.pk) | Q(path__startswith=f"{subject.path}/"))


class Subject(models.Model):
    """What a book is about: a tree, in which each subject's path holds its ancestors' (fiction/crime)."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("name in addresses"), max_length=60)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    path = models.CharField(max_length=200, unique=True, editable=False)
    colour = models.CharField(
        _("colour of its covers"),
        max_length=7,
        default=DEFAULT_COLOUR,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write the colour as # and six hex digits."))],
    )

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk:
                raise ValidationError({"parent": _("A subject cannot be part of itself.")})
            ancestor = ancestor.parent
        path = self._own_path()
        if len(path) > 200:
            raise ValidationError({"slug": _("The subject lies too deep in the tree.")})
        if Subject.objects.filter(path=path).exclude(pk=self.pk).exists():
            raise ValidationError({"slug": _("There is a subject of this name here already.")})

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the paths of everything below in step when the subject moves or is renamed."""
        old_path, self.path = self.path, self._own_path()
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        if old_path and old_path != self.path:
            for child in self.children.all():
                child.parent = self
                child.save()

    def get_absolute_url(self) -> str:
        return reverse("catalogue:subject", args=[self.path])

    @property
    def ancestor_paths(self) -> list[str]:
        """The paths of what it is part of, from the top of the tree down."""
        parts = self.path.split("/")
        return ["/".join(parts[:n]) for n in range(1, len(parts))]

    @property
    def depth(self) -> int:
        """0 at the top of the tree."""
        return self.path.count("/")

    def _own_path(self) -> str:
        return f"{self.parent.path}/{self.slug}" if self.parent else self.slug


class Contributor(models.Model):
    """A person or body with a part in making books."""

    name = models.CharField(_("name"), max_length=200, db_index=True)
    sort_name = models.CharField(_("name for sorting"), max_length=200, blank=True, db_index=True)
    biography = models.TextField(_("biography"), blank=True)

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering = ["sort_name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue:contributor", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        return slugify(self.name) or "author"


class BookQuerySet(models.QuerySet["Book"]):
    def on_sale(self) -> Self:
        """Books that customers may see and order."""
        return self.filter(on_sale=True)

    def on_sale_by(self, *order: str) -> Self:
        """Books on sale, in one of the orders that have an index of their own."""
        # Django writes on_sale=True as a bare column, for which SQLite finds no index; it does for this.
        return self.filter(on_sale__in=[True]).order_by(*order)

    def for_cards(self) -> Self:
        """With all that a card in a list shows, and no more."""
        return self.select_related("stock", "main_subject").only(
            *["isbn", "title", "subtitle", "byline", "price", "format", "cover"],
            *["stock__on_hand", "stock__allocated", "main_subject__colour"],
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

    class Format(models.TextChoices):
        """Product form, ONIX code list 150."""

        BOOK = "BA", _("Book")
        HARDBACK = "BB", _("Hardback")
        PAPERBACK = "BC", _("Paperback")
        BOARD_BOOK = "BH", _("Board book")
        AUDIO_CD = "AC", _("Audio CD")

    isbn = models.CharField(_("ISBN"), max_length=13, unique=True, validators=[validate_isbn13])
    title = models.CharField(_("title"), max_length=300)
    subtitle = models.CharField(_("subtitle"), max_length=300, blank=True)
    series = models.CharField(_("series"), max_length=200, blank=True)
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
    format = models.CharField(_("format"), max_length=2, choices=Format, default=Format.BOOK)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    language = models.CharField(
        _("language"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[a-z]{3}\Z", _("Three letters of ISO 639-2/B, such as eng."))],
        help_text=_("Three letters of ISO 639-2/B, such as eng."),
    )
    publication_date = models.DateField(_("publication date"), null=True, blank=True)
    first_published = models.SmallIntegerField(
        _("first published"),
        null=True,
        blank=True,
        help_text=_("The year the work first appeared, in any edition; negative before Christ."),
    )
    description = models.TextField(_("description"), blank=True)
    price = models.DecimalField(
        _("price"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    cover = models.ImageField(
        _("cover"), upload_to="covers", blank=True, help_text=_("Without one, the shop draws a cover itself.")
    )
    on_sale = models.BooleanField(_("on sale"), default=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    # Kept by credits.refresh_credits: what lists show and search reads, without a query per book.
    byline = models.CharField(max_length=300, blank=True, editable=False)
    sort_title = models.CharField(max_length=300, editable=False)
    search_text = models.TextField(blank=True, editable=False)

    objects = BookQuerySet.as_manager()

    class Meta:
        verbose_name = _("book")
        verbose_name_plural = _("books")
        ordering = ["sort_title", "pk"]
        indexes = [
            models.Index(fields=["on_sale", "sort_title", "id"], name="shop_book_by_title"),
            models.Index(fields=["on_sale", "price", "id"], name="shop_book_by_price"),
            models.Index(fields=["on_sale", "first_published", "id"], name="shop_book_by_year"),
            models.Index(fields=["on_sale", "added_at", "id"], name="shop_book_by_added"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(isbn__length=13), name="shop_book_isbn_13_digits"),
            models.CheckConstraint(condition=Q(price__gte=0), name="shop_book_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_title = sort_title(self.title)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return f"{_address_of_books(get_script_prefix())}{self.isbn}/"

    @property
    def cover_url(self) -> str:
        """The uploaded cover if there is one, else the one the shop draws; a new address when it changes."""
        if self.cover:
            return self.cover.url
        return f"{self.get_absolute_url()}cover.svg?v={self.cover_version}"

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
        """As get_format_display says, but at a twentieth of its cost: lists ask for each book's."""
        return str(self.Format(self.format).label)

    @property
    def available(self) -> int:
        """Copies that can be ordered: those in stock and not promised to anybody."""
        stock = getattr(self, "stock", None)
        return stock.available if stock else 0

    def searchable_text(self, names: list[str]) -> str:
        """What a search looks in: title, subtitle, series and the contributors' names, folded.

        Each word has a space before it, the first one too: that is how a search knows where words begin.
        """
        parts = [folded(part) for part in (self.title, self.subtitle, self.series, *names)]
        words = [*parts, *map(joined_initials, parts)]
        return "".join(f" {part}" for part in words if part)


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
