"""Files that follow the people: begun for each colleague, ended with the leaving, taken up with the return; news of changed points."""

import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tingsu.competence import files, points
from tingsu.kernel.organisations import in_practice
from tingsu.letters.models import Notice
from tingsu.letters.notices import notices_for
from tingsu.people import queries as people
from tingsu.registers.actions import follow
from tingsu.registers.declaration import registers

NEWS = "competence.points_changed"


def open_missing() -> int:
    """A file for everybody who has none. Each is a transaction of its own; a second worker opens nothing twice."""
    made = 0
    if in_practice():
        return made
    for member in files.without_file():
        try:
            with transaction.atomic(durable=True):
                files.open_file(member)
            made += 1
        except IntegrityError:
            continue  # begun meanwhile
    return made


def follow_member(member_id: uuid.UUID) -> None:
    """The file ends with the leaving and goes on with the return, as the member stands now."""
    file, member = files.file_of(member_id), people.member_or_none(member_id)
    if file is None or member is None:
        return
    step = "" if member.active == (file.state != files.ENDED) else "reopen" if member.active else "end"
    if step:
        words = _("The person works here again.") if member.active else _("The person has left.")
        with transaction.atomic(durable=True):
            follow(
                actor=files.actor(),
                entry_id=file.pk,
                register=registers()[files.NAME],
                step=step,
                values={"reason": words},
            )


def tell_points() -> None:
    """Everybody who works here confirms the new version; nobody who has done so already is told."""
    version = points.version()
    members = [one.pk for one in people.active_members()]
    confirmed = {pk for pk, file in files.files_of(members).items() if files.confirmed_version(file) == version}
    waiting = [pk for pk in members if pk not in confirmed]
    Notice.objects.bulk_create(notices_for(waiting, NEWS, None, {"version": version}))
