"""What members are told of a complaint, its owner and its handovers."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.assigned": (pgettext_lazy("notice", "A case was assigned to you"), "user-plus"),
        "case.offered": (pgettext_lazy("notice", "A case waits for you to accept it"), "inbox"),
        "case.taken_over": (pgettext_lazy("notice", "Somebody took over a case of yours"), "users"),
        "case.refused": (pgettext_lazy("notice", "A case you handed over was refused"), "arrow-back-up"),
        "case.offer_recalled": (
            pgettext_lazy("notice", "A case needs a higher staff level now: the offer was taken back"),
            "arrow-back-up",
        ),
        "case.supervised": (pgettext_lazy("notice", "A case was put under supervision"), "flag"),
        "case.supervision_ended": (pgettext_lazy("notice", "The supervision of a case was ended"), "flag"),
        "case.new_facts": (pgettext_lazy("notice", "The complainant added something"), "message-circle"),
        "case.interference": (
            pgettext_lazy("notice", "Somebody outside tried to change a decision of the complaint handling body"),
            "shield-lock",
        ),
        "case.interest_declared": (
            pgettext_lazy(
                "notice", "A colleague has declared an interest in a case of theirs: give it to somebody else"
            ),
            "scale",
        ),
        "case.withdrawn": (pgettext_lazy("notice", "The complainant withdraws the complaint"), "message-circle"),
        "letter.failed": (pgettext_lazy("notice", "A letter could not be sent"), "alert-triangle"),
    }
)
declare(
    {"team.absent": (pgettext_lazy("notice", "A colleague with open cases is absent: share them out"), "users")},
    leads_to="desk:team",
)
