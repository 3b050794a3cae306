"""No form asks anything of a person without saying what for (PS-05): the rule that the start holds every form against.

A field whose name speaks of a person names its row of the privacy table, which has purpose and legal basis, or says that it is of
a thing, a firm or an authority. What is asked of a person is optional, unless the form says why nothing works without it.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from tingsu.privacy.fields import TABLE, NoPurpose

OF_A_PERSON = re.compile(
    r"(^|_)(name|phone|mobile|telephone|tel|email|mail|fax|address|postcode|city|identity|passport|birth|birthday|age|gender|sex|honorific|"
    r"wechat|qq|person|people|caller|contact|bank|account|card|plate|health|witness|customer|nationality|addressee|family|relative|"
    r"patient|username|nickname|alias)s?(_|$)|(^|_)id_(number|card)(_|$)"
)


def refuse_unexplained(
    owner: str,
    fields: Iterable[tuple[str, bool]],
    *,
    explained: Mapping[str, str],
    of_things: Collection[str] = (),
    needed: Mapping[str, object] | None = None,
) -> None:
    """Look at the fields of one form: (name, required) of each.

    `explained`: field → its place in the privacy table, such as member.email; `of_things`: fields that only sound personal; `needed`:
    why a field about a person must be filled in. Raises NoPurpose.
    """
    for name, required in fields:
        if name in explained:
            subject, _dot, field = explained[name].partition(".")
            if (subject, field) not in TABLE:
                raise NoPurpose(f"{owner} asks {name} of a person, but the privacy table knows no {explained[name]}")
            if required and not (needed or {}).get(name):
                raise NoPurpose(f"{owner} demands {name} of a person and does not say why it must be told")
        elif OF_A_PERSON.search(name) and name not in of_things:
            raise NoPurpose(f"{owner} asks {name} of a person without purpose and legal basis")
