"""Who may read the reports. Reports own no table: they read those of the shop."""

from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _


class ReportAccess(Group):
    """Carries the permission `reports.view_reports`, and nothing else.

    A proxy and not an unmanaged model, for which `dumpdata` would look for a table.
    """

    class Meta:
        proxy = True
        default_permissions = ()
        permissions = [("view_reports", _("Can read the reports"))]
        verbose_name = _("access to reports")
        verbose_name_plural = _("access to reports")
