"""How the notices of triage read."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.urgent": (pgettext_lazy("notice", "A complaint is urgent: respond within 15 minutes"), "alert-triangle"),
        "case.on_call": (pgettext_lazy("notice", "You are on call: confirm this alert at once"), "alert-triangle"),
        "case.high_risk_report": (
            pgettext_lazy("notice", "A high-risk complaint is reported to you"),
            "alert-triangle",
        ),
        "case.upgraded": (pgettext_lazy("notice", "A complaint was raised to high risk"), "alert-triangle"),
        "pre_plan.returned": (
            pgettext_lazy("notice", "Your pre-handling plan was returned: change it"),
            "arrow-back-up",
        ),
        "pre_plan.refused": (pgettext_lazy("notice", "Your pre-handling plan was refused: write another one"), "x"),
        "event.mass": (pgettext_lazy("notice", "Mass complaints: an event record was opened"), "alert-triangle"),
        "case.reassess": (pgettext_lazy("notice", "New facts: assess this complaint again"), "flag"),
    }
)
