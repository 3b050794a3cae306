"""What members are told of awards and innovations beside the steps themselves."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "appraisal.set_for_you": (pgettext_lazy("notice", "Your appraisal: indicators and targets of the period"), "chart-bar"),
        "appraisal.counted_for_you": (pgettext_lazy("notice", "Your appraisal is counted: say what you have to say to it"), "chart-bar"),
        "appraisal.approved_for_you": (pgettext_lazy("notice", "Your appraisal is approved"), "circle-check"),
        "award.called_for": (pgettext_lazy("notice", "Nominations for an award are open"), "sparkles"),
        "award.proposed": (pgettext_lazy("notice", "You are nominated for an award"), "sparkles"),
        "award.published": (pgettext_lazy("notice", "The result of an award is published: anybody may object"), "sparkles"),
        "innovation.published": (pgettext_lazy("notice", "An innovation is awarded: anybody may object"), "sparkles"),
        "award.called": (pgettext_lazy("notice", "You are in the jury: judge the nominations"), "scale"),
        "award.received": (pgettext_lazy("notice", "You receive an award"), "sparkles"),
        "innovation.called": (pgettext_lazy("notice", "You are in the jury: judge the innovation"), "scale"),
        "innovation.received": (pgettext_lazy("notice", "Your innovation is awarded"), "sparkles"),
    }
)  # fmt: skip
