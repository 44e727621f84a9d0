"""What an import has come to, in words."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from shop.catalogue.models import FeedImport

from .selling import Hindrance

MOST = 20  # of each kind that are told one by one


def lines(run: FeedImport, source: str) -> Iterator[str]:
    """A run's figures, one to a line, and after each what it consists of."""
    if run.is_dry_run:
        yield _("%(file)s: nothing has been changed. An import would bring:") % {"file": source}
    else:
        yield _("%(file)s, from %(sender)s:") % {"file": source, "sender": run.sender or _("nobody named")}
    yield _("%(count)s records read") % {"count": f"{run.position:,}"}
    for count, what, figure in (
        (run.added, _("new books"), ""),
        (run.changed, _("books changed"), ""),
        (run.unchanged, _("unchanged"), ""),
        (run.withdrawn, _("withdrawn by their sender"), ""),
        (run.skipped, _("passed over"), "skipped"),
        (run.rejected, _("rejected"), "rejected"),
    ):
        yield f"{count:>9,} {what}"
        yield from counted(run, figure)
    if reasons := run.figures.get("off_sale"):
        yield _("Not put on sale:")
        for reason, count in reasons.items():
            label = Hindrance(reason).label if reason in Hindrance.values else reason
            yield f"{count:>9,} {label}"
    if run.figures.get("oddities"):
        yield _("Not understood, and kept or left out:")
        yield from counted(run, "oddities")


def counted(run: FeedImport, figure: str) -> Iterator[str]:
    """How often each reason was met, the most frequent first."""
    found = sorted(run.figures.get(figure, {}).items(), key=lambda pair: -pair[1])
    for reason, count in found[:MOST]:
        yield f"{count:>14,} {reason}"
    if len(found) > MOST:
        yield _("… and %(count)d others") % {"count": len(found) - MOST}
