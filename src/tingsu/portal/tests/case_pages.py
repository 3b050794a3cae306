"""Coming to the page of a case as one of its parties."""

from tingsu.complaints.models import Complaint, Party
from tingsu.letters.links import case_token


def enter(client, complaint, role="complainant"):
    party = Party.objects.get(complaint=complaint, role=role)
    assert client.get(f"/c/{case_token(complaint.pk, party.pk)}/").status_code == 302
    return party


def see(client, path="/case/"):
    page = client.get(path)
    assert page.status_code == 200, page.headers
    return page.content.decode()


def again(complaint):
    return Complaint.objects.select_related("stream").get(pk=complaint.pk)
