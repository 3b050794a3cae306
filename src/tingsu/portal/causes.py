"""What happened, in the complainant's words, and how the desk calls it. Never our departments."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One card of the first page. `demands` are the wishes that usually go with it, most usual first."""

    code: str
    icon: str
    title: str | Promise
    hint: str | Promise
    problem_type: str
    demands: tuple[str, ...]
    elder: bool = False
    """One of the four cards that stay in elder mode, beside "other"."""
    group: str = ""
    """The group of people this card is for (IN-14)."""
    asks: tuple[str, ...] = ()
    """Wishes that stand ticked at first, because the card says them: the way to start a return or refund (IN-12)."""
    product_type: str = ""
    """What the product counts as where its type is not said, so that the limit for returns and refunds runs (SL-17)."""


CAUSES: tuple[Cause, ...] = (
    Cause(
        code="refund", icon="cash", title=_("Refunds and returns"), hint=_("Not received, or refused"),
        problem_type="consumer", demands=("refund", "exchange", "compensation", "explanation", "apology"), elder=True,
        asks=("refund",), product_type="other",
    ),
    Cause(
        code="delivery", icon="truck-delivery", title=_("Delivery"), hint=_("Damaged, lost, never arrived"),
        problem_type="consumer", demands=("refund", "exchange", "compensation", "explanation", "apology"), elder=True,
    ),
    Cause(
        code="account", icon="user-shield", title=_("Account and security"), hint=_("Blocked, stolen, cannot sign in"),
        problem_type="product", demands=("service", "repair", "compensation", "explanation", "apology"), elder=True,
    ),
    Cause(
        code="charges", icon="credit-card-refund", title=_("Renewals and charges"),
        hint=_("Charged without notice, cannot cancel"),
        problem_type="operation", demands=("refund", "service", "explanation", "apology"), elder=True,
    ),
    Cause(
        code="infringement", icon="photo-x", title=_("Infringing or harmful content"),
        hint=_("Portrait, copyright, false claims"),
        problem_type="ip", demands=("removal", "apology", "compensation", "explanation"),
    ),
    Cause(
        code="merchant", icon="building-store", title=_("Merchants and false advertising"),
        hint=_("Not shipped, not as described"),
        problem_type="consumer", demands=("refund", "exchange", "compensation", "apology"),
    ),
    Cause(
        code="minors", icon="shield-heart", title=_("Protection of minors"), hint=_("Refund of top-ups, harmful content"),
        problem_type="operation", demands=("refund", "removal", "explanation", "apology"), group="minor",
    ),
    Cause(
        code="other", icon="dots-circle-horizontal", title=_("Something else"), hint=_("Tell us, we will sort it"),
        problem_type="consumer", demands=("explanation", "refund", "repair", "service", "apology"), elder=True,
    ),
)  # fmt: skip
BY_CODE = {cause.code: cause for cause in CAUSES}

DEMAND_WORDS: dict[str, str | Promise] = {
    "refund": _("Refund"),
    "exchange": _("Exchange for a new one"),
    "repair": _("Repair"),
    "compensation": _("Compensation"),
    "service": _("Do it again, or put it right"),
    "explanation": _("Explain what happened"),
    "apology": _("Apologise"),
    "removal": _("Remove the content"),
    "other": _("Another wish"),
}
WITH_AMOUNT = frozenset({"refund", "compensation"})


def demands_for(cause: Cause) -> list[str]:
    """The wishes offered for a cause; "something else" always closes the list."""
    return [*cause.demands, "other"]
