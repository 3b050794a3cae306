"""What members are told of competence."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "competence.points_changed": (pgettext_lazy("notice", "What everybody must know has changed: confirm it on “My file”"), "book"),
        "competence.advance_changed": (
            pgettext_lazy("notice", "The rules of advance compensation have changed: revise the course that teaches them"), "book",
        ),
        "competence.advance_untaught": (
            pgettext_lazy("notice", "Rules of advance compensation were published, and no course teaches them yet"), "book",
        ),
        "personnel_file.guided": (pgettext_lazy("notice", "Work under guidance of a senior: who guides whom"), "users"),
        "personnel_file.released": (pgettext_lazy("notice", "Released for independent work"), "circle-check"),
        "personnel_file.held_back": (pgettext_lazy("notice", "Pending: no cases until released; open ones are to be shared out"), "player-pause"),
        "training.scheduled": (pgettext_lazy("notice", "A training in which you take part"), "calendar"),
        "exam.planned": (pgettext_lazy("notice", "An assessment is planned for you"), "file-check"),
        "exam.resit_set": (pgettext_lazy("notice", "A resit is set for you"), "repeat"),
        "exam.result": (pgettext_lazy("notice", "The result of your assessment"), "file-check"),
        "case.guided": (pgettext_lazy("notice", "A colleague under your guidance has this case"), "users"),
    }
)  # fmt: skip
