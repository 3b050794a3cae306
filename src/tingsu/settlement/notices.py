"""What members are told of solutions, answers and what is carried out."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.renegotiated": (pgettext_lazy("notice", "The other side negotiates again"), "message-circle"),
        "approval.asked": (pgettext_lazy("notice", "A solution waits for your approval"), "scale"),
        "approval.given": (pgettext_lazy("notice", "Your solution was approved"), "checks"),
        "approval.returned": (pgettext_lazy("notice", "Your solution was returned"), "arrow-back-up"),
        "approval.refused": (pgettext_lazy("notice", "Your solution was not approved: write another one"), "x"),
        "solution.sent": (pgettext_lazy("notice", "A solution that concerns you was sent"), "mail"),
        "opinion.given": (pgettext_lazy("notice", "A party answered the solution"), "message-circle"),
        "execution.asked": (pgettext_lazy("notice", "You have something to carry out"), "subtask"),
        "execution.done": (pgettext_lazy("notice", "Everything is carried out and waits for verification"), "checks"),
        "execution.failed": (pgettext_lazy("notice", "A measure could not be carried out"), "alert-triangle"),
        "payment.asked": (pgettext_lazy("notice", "A payment is applied for and waits for its order"), "scale"),
        "payment.ordered": (pgettext_lazy("notice", "A payment is ordered: it can be paid"), "checks"),
        "payment.returned": (pgettext_lazy("notice", "Your application for a payment was returned"), "arrow-back-up"),
        "payment.refused": (
            pgettext_lazy("notice", "The bank refused a payment: apply for it again"),
            "alert-triangle",
        ),
        "payment.missing": (pgettext_lazy("notice", "The complainant has not received the money"), "alert-triangle"),
        "refusal.reviewed": (pgettext_lazy("notice", "An open refusal of yours was reviewed"), "clock"),
    }
)
