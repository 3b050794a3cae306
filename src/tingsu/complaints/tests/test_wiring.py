"""What rooms below learn from complaints: nobody sees a deadline of a case that is not theirs to see (PS-11)."""

import pytest
from django.urls import reverse

from tingsu.clocks.models import Promise
from tingsu.complaints.watched import check_stream
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.errors import NotFound


@pytest.mark.req("PS-11")
def test_a_deadline_is_explained_only_to_those_who_see_the_case(cast, sign_in, client) -> None:
    promise = Promise.objects.filter(stream_id=a_case(cast.frontline).pk).first()
    address = reverse("clocks:explain", args=[promise.pk])
    for person in (cast.dept, cast.mediator, cast.dso):
        sign_in(person)
        assert client.get(address).status_code == 404
    sign_in(cast.frontline)
    assert client.get(address).status_code == 200


@pytest.mark.req("PS-11")
def test_a_stream_that_is_no_case_is_nobodys(cast) -> None:
    with pytest.raises(NotFound):
        check_stream(cast.supervisor.actor, cast.frontline.id)
    check_stream(
        cast.dept.actor.__class__(kind="system", organisation_id=cast.organisation_id), a_case(cast.frontline).pk
    )
