"""What stands in a kept state: the cast and the told cases, walked through the real actions."""

from unittest.mock import patch

from tests import test_stories
from tests.cast import Cast
from tests.telling import Telling
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.tenancy import acting_for

FIRST = "test_handed_over_escalated_linked_and_kept_in_touch"
"""It names the first event record by its number."""


def fill(*names: str) -> None:
    """Walk told cases to their ends (all, or those named), committed; how they read is another test's question.

    Named ones are walked beside those that stand there already: by another person, for what one person is granted counts together.
    """
    somebody = {"phone": "13900007788", "email": "sun@example.com"} if names else {}
    organisation = Organisation.objects.get(slug="test")
    told = [name for name in vars(test_stories) if name.startswith("test_")]
    told.sort(key=lambda name: name != FIRST)
    with acting_for(organisation.pk), patch.object(Telling, "ends"), patch.dict(test_stories.STORY, somebody):
        before = Event.objects.count()
        for name in names or told:
            getattr(test_stories, name)(Cast(organisation.pk))
        assert Event.objects.count() > before + 10
