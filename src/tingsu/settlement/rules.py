"""Registers the rulebooks of settlement and tells the authority matrix which remedies exist."""

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.rulebooks import register_kind
from tingsu.people.authority import declare
from tingsu.settlement import quick_checks
from tingsu.settlement.rulebooks import advance, bases, payments, remedies, ways

register_kind(bases.KIND, _("Library of handling bases"), bases.default, bases.check)
register_kind(remedies.KIND, _("Remedies and response options"), remedies.default, remedies.check)
register_kind(advance.KIND, _("Advance compensation"), advance.default, advance.check)
register_kind(payments.KIND, _("Means of payment"), payments.default, payments.check)
register_kind(quick_checks.KIND, _("Checks of quick compensation"), quick_checks.shipped, quick_checks.check)
register_kind(ways.KIND, _("Ways of redress"), ways.default, ways.check)
declare("remedies", remedies.options)
