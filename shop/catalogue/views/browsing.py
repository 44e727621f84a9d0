"""The way to books: the front, lists, subjects, the search."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from shop.isbn import hyphenated, isbn13

from ..listing import Listing
from ..models import Book
from ..shelves import front_shelves
from ..tree import SubjectTree


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
