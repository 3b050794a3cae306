"""How the notices of casework read."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.joint_investigation": (
            pgettext_lazy("notice", "Your department takes part in an investigation"),
            "users",
        ),
        "case.extension_asked": (pgettext_lazy("notice", "An extension of a limit waits for your decision"), "clock"),
        "case.extension_allowed": (pgettext_lazy("notice", "The limit for a decision was extended"), "clock"),
        "case.extension_refused": (pgettext_lazy("notice", "An extension of a limit was refused"), "clock"),
        "case.task": (pgettext_lazy("notice", "Your department has been given a task"), "inbox"),
        "case.lead_proposed": (pgettext_lazy("notice", "A criminal lead waits for the approval of legal"), "flag"),
        "case.lead_decided": (pgettext_lazy("notice", "Legal has decided on a criminal lead of yours"), "checks"),
        "case.lead_handed": (pgettext_lazy("notice", "A criminal lead was handed over to law enforcement"), "send"),
        "case.clue": (pgettext_lazy("notice", "A clue was noted in a case of yours"), "flag"),
        "case.clue_followed": (pgettext_lazy("notice", "A clue of yours was followed up"), "checks"),
        "case.ruling_asked": (pgettext_lazy("notice", "The committee is to rule between departments"), "users"),
        "case.ruled": (pgettext_lazy("notice", "The committee has ruled between departments"), "checks"),
        "case.ruling_withdrawn": (pgettext_lazy("notice", "A dispute between departments was withdrawn"), "x"),
        "case.task_answered": (pgettext_lazy("notice", "A department has answered its task"), "message-circle"),
        "case.task_returned": (pgettext_lazy("notice", "An answer of your department was returned"), "arrow-back-up"),
        "case.opinion_asked": (pgettext_lazy("notice", "Your opinion is asked"), "inbox"),
        "case.opinion_urgent": (
            pgettext_lazy("notice", "Your opinion is asked by the green channel"),
            "alert-triangle",
        ),
        "case.opinion_not_followed": (pgettext_lazy("notice", "A solution deviates from your opinion"), "flag"),
        "case.deviation": (pgettext_lazy("notice", "A deviation from an opinion waits for your reason"), "flag"),
        "case.deviation_ruled": (pgettext_lazy("notice", "A deviation from an opinion was decided"), "checks"),
        "case.opinion_given": (pgettext_lazy("notice", "An opinion has been given"), "message-circle"),
        "case.risk_joint": (pgettext_lazy("notice", "A joint risk assessment needs you"), "flag"),
        "case.risk_assessed": (pgettext_lazy("notice", "You are named in a joint risk assessment"), "flag"),
        "case.mediation": (pgettext_lazy("notice", "You are asked to mediate"), "inbox"),
        "case.mediation_called": (pgettext_lazy("notice", "The parties are invited to a mediation"), "calendar"),
        "case.mediator_objected": (pgettext_lazy("notice", "A party objects to the mediator: please decide"), "flag"),
        "case.mediated": (pgettext_lazy("notice", "A mediation has ended"), "message-circle"),
        "case.mediator_ruled": (pgettext_lazy("notice", "An objection to the mediator was ruled on"), "flag"),
        "case.contested": (
            pgettext_lazy("notice", "The complainant contests the answer with new facts"),
            "message-circle",
        ),
        "case.reinvestigate": (pgettext_lazy("notice", "A case of yours is to be investigated again"), "arrow-back-up"),
        "case.answer_settled": (pgettext_lazy("notice", "An answer of yours is settled"), "message-circle"),
        "case.answer_rejected": (pgettext_lazy("notice", "The complainant rejects the answer"), "message-circle"),
    }
)
