"""What books are about: the shop's own tree of subjects, and the trade's codes for them."""

from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

DEFAULT_COLOUR = "#3d4f5c"


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


class SubjectCode(models.Model):
    """A code of one of the trade's subject schemes, and which of the shop's own subjects it stands for, if any."""

    scheme = models.CharField(_("scheme"), max_length=2, help_text=_("ONIX code list 27."))
    code = models.CharField(_("code"), max_length=255)
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    subject = models.ForeignKey(
        Subject,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="codes",
        verbose_name=_("subject"),
    )

    class Meta:
        verbose_name = _("subject code")
        verbose_name_plural = _("subject codes")
        ordering = ["scheme", "code"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="shop_subject_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.heading}".rstrip()
