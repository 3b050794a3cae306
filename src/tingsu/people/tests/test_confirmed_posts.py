"""Posts that their holders have not confirmed are listed for whoever manages people, until they are (OG-11)."""

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.doors import desk
from tingsu.kernel.clock import now
from tingsu.people import actions
from tingsu.people.models import Post


@pytest.mark.req("OG-11")
def test_what_nobody_has_confirmed_is_listed_until_the_holder_does(cast: Cast) -> None:
    Post.objects.filter(confirmed_at=None).update(confirmed_at=now())
    post = actions.give_post(
        actor=cast.supervisor.actor, member_id=cast.coach.id, unit_id=cast.units["handling"].pk, role="mediator",
        mediator_level="junior", since=now(),
    )  # fmt: skip
    client = desk("supervisor", cast)

    def listed() -> list[object]:
        return [row["post"].pk for row in client.get(reverse("people:members")).context["unconfirmed"]]

    assert listed() == [post.pk]
    words = client.get(reverse("people:members")).content.decode()
    assert "待本人确认的岗位" in words
    assert client.get(reverse("people:members"), {"show": "former"}).context["unconfirmed"] == []
    actions.confirm_post(actor=cast.coach.actor, post_id=post.pk)
    assert listed() == []
