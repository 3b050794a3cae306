"""What every test would find anew and always finds the same, found once a worker."""

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.cast import Cast
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for

_casts: dict[UUID, Cast] = {}


def read_casts() -> None:
    """Before the first test, when nobody has written anything."""
    for organisation in Organisation.objects.filter(slug="test"):
        with acting_for(organisation.pk):
            _casts[organisation.pk] = Cast(organisation.pk)


def the_cast(organisation_id: UUID) -> Cast:
    """The cast as a test finds it at its beginning; what the test then does to it stays its own."""
    first = _casts[organisation_id]
    found = copy.copy(first)
    found.units = {code: copy.copy(unit) for code, unit in first.units.items()}
    found._people = dict(first._people)
    return found


def static_files() -> None:
    """Each test's client has middleware of its own, and that of WhiteNoise looks at hundreds of files: 28 ms each time."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    for name in ("update_files_dictionary", "add_files_from_finders"):
        setattr(WhiteNoiseMiddleware, name, _kept(getattr(WhiteNoiseMiddleware, name)))


def _kept(look: Callable[..., None]) -> Callable[..., None]:
    known: dict[Any, dict[str, Any]] = {}

    def looked(self: Any, *where: str) -> None:
        key = (where, self.static_prefix, self.static_root, self.max_age, self.allow_all_origins, self.charset)
        if key not in known:
            others, self.files = self.files, {}
            look(self, *where)
            known[key], self.files = self.files, others
        self.files.update(known[key])

    return looked
