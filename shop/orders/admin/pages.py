"""How the pages around an order in the admin are put together."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def page(pages: Any, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page within the admin, of the orders' part of it."""
    common = {**pages.admin_site.each_context(request), "opts": pages.opts, "media": pages.media}
    return TemplateResponse(request, template, {**common, **context})
