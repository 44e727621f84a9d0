"""The way to books: the front, lists, subjects, the search."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from shop.isbn import has_wrong_digit, hyphenated, isbn13

from ..listing import Listing
from ..looked_at import forget, keep_private, looked_at
from ..machines.structured import website
from ..models import Book
from ..search import books_on
from ..shelves import front_shelves
from ..tree import SubjectTree


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The shop's front: a promise, and shelves to start from."""
    tree = SubjectTree.load()
    shelves, recently = front_shelves(tree, looked_at(request))
    roots = tree.with_books(books_on()).roots()
    context = {"shelves": shelves, "recently": recently, "roots": roots, "structured": website()}
    response = render(request, "catalogue/home.html", context)
    keep_private(response)
    return response


@require_POST
def forget_looked_at(request: HttpRequest) -> HttpResponse:
    """Have the visitor's browser forget what they looked at; back to where they were."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
    response = redirect(back if is_ours else "catalogue:home")
    forget(response)
    return response


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
    context = {
        "listing": listing,
        "unknown_isbn": hyphenated(isbn) if isbn else "",
        "wrong_isbn": has_wrong_digit(listing.text),
    }
    return render(request, "catalogue/search.html", context)


@require_safe
def subjects(request: HttpRequest) -> HttpResponse:
    """The tree of subjects, each with the number of books on it and on everything below it, if somebody counts."""
    books = books_on()
    tree = SubjectTree.load().with_books(books)
    counts = books or {}
    branches = []
    for root in tree.roots():
        top, *below = [{"subject": each, "count": counts.get(each.pk)} for each in tree.branch(root)]
        branches.append({"top": top, "below": below})
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
        "children": tree.with_books(books_on()).children(here),
        "listing": Listing(request.GET, tree=tree, subject=here),
    }
    return render(request, "catalogue/subject.html", context)
