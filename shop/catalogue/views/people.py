"""Pages of those who made the books."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from ..listing import Listing
from ..models import Book, Contribution, Contributor
from ..tree import SubjectTree


@require_safe
def contributor(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """An author, or whoever else had a part in books, and those books."""
    person = get_object_or_404(Contributor, pk=pk)
    if slug != person.slug:
        return redirect(person, permanent=True)
    listing = Listing(request.GET, tree=SubjectTree.load(), person=person)
    _note_roles(listing.page.object_list, person)
    context = {"person": person, "listing": listing}
    return render(request, "catalogue/contributor.html", context)


def _note_roles(books: Iterable[Book], person: Contributor) -> None:
    """Give each book the `roles` that the person has in it; of authors the byline tells already."""
    roles: dict[int, list[str]] = {}
    for part in Contribution.objects.filter(contributor=person, book__in=books):
        roles.setdefault(part.book_id, []).append(str(part.get_role_display()))
    author = [str(Contribution.Role.AUTHOR.label)]
    for book in books:
        book.roles = [] if roles.get(book.pk) == author else roles.get(book.pk, [])  # type: ignore[attr-defined]
