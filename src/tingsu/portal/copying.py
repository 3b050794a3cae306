"""What the own page says, as parts of the copy that a person is given of the own data (RC-07)."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tingsu.complaints.models import Complaint, Party
from tingsu.files import store
from tingsu.pages.pdf import Part
from tingsu.portal import story, told


def parts(complaint: Complaint, party: Party, at: datetime) -> list[Part]:
    """Wishes and choices, and everything that was said between us, oldest first."""
    said = []
    for one in reversed(story.messages(complaint, party, story.events_of(complaint), at)):
        lines = [str(one.title), one.text, *one.more, *(store.name_of(file) for file in one.files)]
        said.append((f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}", "\n".join(line for line in lines if line)))
    return [
        Part(
            heading=_("What you asked for and chose"),
            facts=[(str(label), words) for label, words in told.rows(complaint)],
        ),
        Part(heading=_("What was said"), facts=said),
    ]
