"""The catalogue's pages."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from shop.isbn import hyphenated, isbn13

from . import covers
from .cards import availability, cards
from .credits import credited
from .languages import language_name
from .listing import Listing
from .models import Book, BookQuerySet, Contribution, Contributor, Subject
from .shelves import front_shelves
from .tree import SubjectTree

MORE_BY_AUTHOR = 6
A_YEAR = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300"
# A cover is a picture, also when its address is opened by itself: it runs and fetches nothing.
COVER_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The shop's front: a promise, and shelves to start from."""
    tree = SubjectTree.load()
    return render(request, "catalogue/home.html", {"shelves": front_shelves(tree), "roots": tree.roots()})


@require_safe
def book_list(request: HttpRequest) -> HttpResponse:
    """All books."""
    listing = Listing(request.GET, tree=SubjectTree.load())
    return render(request, "catalogue/book_list.html", {"listing": listing})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Books found by title, name or series; an ISBN leads straight to its book."""
    isbn = isbn13(request.GET.get("q", ""))
    if isbn and Book.objects.on_sale().filter(isbn=isbn).exists():
        return redirect("catalogue:book", isbn=isbn)
    listing = Listing(request.GET, tree=SubjectTree.load(), is_search=True)
    context = {"listing": listing, "unknown_isbn": hyphenated(isbn) if isbn else ""}
    return render(request, "catalogue/search.html", context)


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """The tree of subjects."""
    tree = SubjectTree.load()
    branches = [{"subject": root, "below": tree.branch(root)[1:]} for root in tree.roots()]
    return render(request, "catalogue/subjects.html", {"branches": branches})


@require_safe
def subject(request: HttpRequest, path: str) -> HttpResponse:
    """The books on a subject and on everything below it."""
    tree = SubjectTree.load()
    here = tree.get(path)
    if here is None:
        raise Http404
    context = {
        "subject": here,
        "trail": tree.trail(here),
        "children": tree.children(here),
        "listing": Listing(request.GET, tree=tree, subject=here),
    }
    return render(request, "catalogue/subject.html", context)


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


@require_safe
def book(request: HttpRequest, isbn: str) -> HttpResponse:
    """All about a book, and a way to buy it."""
    digits = isbn13(isbn)
    if digits is None:
        raise Http404
    if digits != isbn:
        return redirect("catalogue:book", isbn=digits, permanent=True)
    found = get_object_or_404(Book.objects.select_related("publisher", "main_subject", "stock"), isbn=isbn)
    if not found.on_sale and not _may_edit(request):
        raise Http404
    contributions = list(found.contributions.select_related("contributor"))
    author = next((c.contributor for c in credited(contributions)), None)
    context = {
        "book": found,
        "contributions": contributions,
        "subjects": list(found.subjects.all()),
        "trail": _trail(found.main_subject),
        "isbn_written": hyphenated(found.isbn),
        "language": language_name(found.language) if found.language else "",
        "author": author,
        "availability": availability(found),
        "more": cards(_others_by(author, found)) if author else [],
    }
    return render(request, "catalogue/book.html", context)


@require_safe
def cover(request: HttpRequest, isbn: str) -> HttpResponse:
    """The cover that the shop draws; where staff have uploaded one, the way to that."""
    books = Book.objects.select_related("main_subject").only(
        "isbn", "title", "subtitle", "byline", "cover", "main_subject__colour"
    )
    found = get_object_or_404(books, isbn=isbn13(isbn) or "")
    if found.cover:
        return redirect(found.cover_url)
    version = found.cover_version
    etag = f'"{version}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        drawing = covers.draw_cover(
            title=found.title,
            subtitle=found.subtitle,
            byline=found.byline,
            colour=found.cover_colour,
            seed=found.isbn,
        )
        response = HttpResponse(drawing, content_type="image/svg+xml")
    response["ETag"] = etag
    response["Cache-Control"] = A_YEAR if request.GET.get("v") == version else FIVE_MINUTES
    response["Content-Security-Policy"] = COVER_CSP
    return response


def _note_roles(books: Iterable[Book], person: Contributor) -> None:
    """Give each book the `roles` that the person has in it; of authors the byline tells already."""
    roles: dict[int, list[str]] = {}
    for part in Contribution.objects.filter(contributor=person, book__in=books):
        roles.setdefault(part.book_id, []).append(str(part.get_role_display()))
    author = [str(Contribution.Role.AUTHOR.label)]
    for book in books:
        book.roles = [] if roles.get(book.pk) == author else roles.get(book.pk, [])  # type: ignore[attr-defined]


def _trail(subject: Subject | None) -> list[Subject]:
    """From the top of the tree down to the subject."""
    return [*Subject.objects.filter(path__in=subject.ancestor_paths), subject] if subject else []


def _others_by(author: Contributor, book: Book) -> BookQuerySet:
    others = Book.objects.on_sale().by(author).exclude(pk=book.pk)
    return others.for_cards().order_by("-first_published", "-pk")[:MORE_BY_AUTHOR]


def _may_edit(request: HttpRequest) -> bool:
    """Staff see books that are not on sale; nobody else does."""
    return request.user.is_staff and request.user.has_perm("shop.view_book")
