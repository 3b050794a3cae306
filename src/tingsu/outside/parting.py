"""Which process takes which lines of a long list: those of one person stay together, so that the second finds the first (RG-24)."""

from collections.abc import Mapping, Sequence

from tingsu.kernel.spelling import fold
from tingsu.kernel.telephones import telephones_in
from tingsu.outside.lines import Plan

CONTACTS = ("phone", "email")


def parts_of(cells: Mapping[int, Sequence[str]], plan: Plan, parts: int) -> dict[int, int]:
    """The part of each line, by its number: lines that share a telephone or an e-mail, also by way of others, have the same."""
    columns = [(place, meaning) for place, meaning in enumerate(plan.meanings) if meaning in CONTACTS]
    above: dict[object, object] = {}

    def top(one: object) -> object:
        while (higher := above.setdefault(one, one)) != one:
            above[one] = above[higher]
            one = above[one]
        return one

    for number, row in cells.items():
        for place, meaning in columns:
            for contact in _contacts(row[place] if place < len(row) else "", meaning):
                above[top((meaning, contact))] = top(number)
    return _evenly({number: top(number) for number in cells}, parts)


def _contacts(cell: str, meaning: str) -> list[str]:
    if not cell:
        return []
    return [one.digits for one in telephones_in(cell)] if meaning == "phone" else [fold(cell)]


def _evenly(groups: Mapping[int, object], parts: int) -> dict[int, int]:
    """Groups in the order of their first lines, each to the part that has least."""
    loads, given = [0] * parts, {}
    sizes: dict[object, int] = {}
    for group in groups.values():
        sizes[group] = sizes.get(group, 0) + 1
    for group, size in sizes.items():
        given[group] = loads.index(min(loads))
        loads[given[group]] += size
    return {number: given[group] for number, group in groups.items()}
