"""Pages of those who made the books: contributors and publishers."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ..bibliography import sections
from ..imprints import imprints
from ..listing import Listing
from ..models import Book, Contribution, Contributor, Publisher
from ..tree import SubjectTree


@require_safe
def contributor(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """An author, or whoever else had a part in books, and those books: by the part, or in pages if they are many."""
    person = get_object_or_404(Contributor, pk=pk)
    if slug != person.slug:
        return redirect(person, permanent=True)
    context: dict[str, Any] = {"person": person, "sections": sections(person)}
    if context["sections"] is None:
        context["listing"] = Listing(request.GET, tree=SubjectTree.load(), person=person)
        _note_roles(context["listing"].page.object_list, person)
    return render(request, "catalogue/contributor.html", context)


@require_safe
def publisher(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A publishing house, its imprints and its books, the latest first."""
    house = get_object_or_404(Publisher, pk=pk)
    if slug != house.slug:
        return redirect(house, permanent=True)
    listing = Listing(request.GET, tree=SubjectTree.load(), publisher=house)
    context = {"publisher": house, "imprints": imprints(house), "listing": listing}
    return render(request, "catalogue/publisher.html", context)


def _note_roles(books: Iterable[Book], person: Contributor) -> None:
    """Note with each book which parts the person had in it; of authors the byline tells already."""
    roles: dict[int, list[str]] = {}
    for part in Contribution.objects.filter(contributor=person, book__in=books):
        if part.role != Contribution.Role.AUTHOR:
            roles.setdefault(part.book_id, []).append(str(part.get_role_display()))
    for book in books:
        book.note = ", ".join(roles.get(book.pk, []))  # type: ignore[attr-defined]
