"""What robots and browsers ask for: where to look, where not to, and how to search here."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from shop.canonical import absolute

from ..forms import LONGEST_QUERY
from ..machines.newest import NewBooks
from ..machines.sitemaps import addresses, sitemaps
from ..machines.structured import search_address
from ..search import suggestions

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
AN_HOUR = 3600
# Pages that are nobody's business, or without end.
CLOSED = (
    "admin:index",
    "cart:detail",
    "orders:checkout",
    "customers:account",
    "reports:index",
    "catalogue:search",
)


def for_machines(view: View[P]) -> View[P]:
    """The same for everybody: any cache may keep it for an hour, and ask then whether it has changed (ETag)."""

    @wraps(view)
    @require_safe
    @conditional_page
    @cache_control(public=True, max_age=AN_HOUR)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs)

    return answer


@for_machines
def robots(request: HttpRequest) -> HttpResponse:
    """Where robots may look, and where the sitemaps are."""
    lines = ["User-agent: *", *(f"Disallow: {reverse(name)}" for name in CLOSED)]
    lines += ["", f"Sitemap: {absolute(reverse('catalogue:sitemap_index'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@for_machines
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps."""
    found = [absolute(reverse("catalogue:sitemap", args=sitemap)) for sitemap in sitemaps()]
    return _sitemap("sitemapindex", "sitemap", found)


@for_machines
def sitemap(request: HttpRequest, section: str, number: int) -> HttpResponse:
    """One sitemap: some thousands of addresses at most."""
    found = addresses(section, number)
    if found is None:
        raise Http404
    return _sitemap("urlset", "url", found)


@for_machines
def opensearch(request: HttpRequest) -> HttpResponse:
    """How a browser can search the shop from its address bar (OpenSearch 1.1)."""
    context = {
        "short_name": settings.SHOP_NAME[:16].strip(),  # all that the format allows
        "icon": absolute(static("img/favicon.svg")),
        "template": search_address("{searchTerms}"),
        "suggestions": f"{absolute(reverse('catalogue:suggestions'))}?q={{searchTerms}}",
        "address": absolute(reverse("catalogue:opensearch")),
    }
    content_type = "application/opensearchdescription+xml"
    return render(request, "catalogue/machines/opensearch.xml", context, content_type=content_type)


@require_safe
@cache_control(max_age=60)
def suggest(request: HttpRequest) -> HttpResponse:
    """What the address bar suggests while somebody types there: OpenSearch's Suggestions extension 1.1."""
    text = request.GET.get("q", "")
    found = suggestions(text) if len(text) <= LONGEST_QUERY else []
    said = [
        text,
        [each.label for each in found],
        [each.kind for each in found],
        [absolute(each.address) for each in found],
    ]
    return JsonResponse(said, safe=False, content_type="application/x-suggestions+json")


@for_machines
def new_books(request: HttpRequest) -> HttpResponse:
    """The feed of new books."""
    return NewBooks()(request)


def _sitemap(whole: str, part: str, addresses: list[str]) -> HttpResponse:
    entries = "".join(f"<{part}><loc>{escape(address)}</loc></{part}>\n" for address in addresses)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{whole} xmlns="{SITEMAPS}">\n{entries}</{whole}>\n'
    return HttpResponse(text, content_type="application/xml; charset=utf-8")
