"""Which remedies a solution lists, and the amounts: exactly those that its words promise."""

from decimal import Decimal

from tingsu.demo.plan import yuan_words
from tingsu.demo.walk import Walk

REFUNDS = {"48", "49", "50"}
COMPENSATION = "47"


def remedies_of(walk: Walk) -> list[tuple[str, int | None]]:
    """Codes of RL-3 with fen where money is owed. Price, claim and goodwill count when the offer's words name them."""
    family = walk.plan.family
    promised = {name: fen(walk, name) for name in ("price", "claim", "goodwill") if f"{{{name}}}" in family.offer}
    rows: list[tuple[str, int | None]] = []
    for code in map(str, family.remedies):
        if code in REFUNDS:
            if name := next((name for name in ("price", "claim") if name in promised), ""):
                rows.append((code, promised.pop(name)))
        elif code != COMPENSATION:
            rows.append((code, None))
    if "price" in promised:
        rows.append(("49", promised.pop("price")))
    if rest := sum(promised.values()):
        rows.append((COMPENSATION, rest))
    return rows


def fen(walk: Walk, name: str) -> int:
    """One of the case's amounts in fen."""
    return int(Decimal(walk.slots[name].replace(",", "")) * 100)


def improve(walk: Walk) -> None:
    """A second offer is a better one: the goodwill is doubled, and every later text says so."""
    walk.slots["goodwill"] = yuan_words(max(fen(walk, "goodwill"), 10_00) * 2)
