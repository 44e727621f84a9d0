"""What the search box suggests while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from ..forms import LONGEST_QUERY
from ..search import suggestions


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the search box's list; static/suggest.js makes them work by keyboard."""
    text = request.GET.get("q", "")
    found = suggestions(text) if len(text) <= LONGEST_QUERY else []
    response = render(request, "catalogue/_suggestions.html", {"suggestions": found})
    patch_cache_control(response, max_age=60)
    return response
