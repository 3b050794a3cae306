"""The ways inside and outside the company, as the public reads them (XR-02, PT-08)."""

from dataclasses import dataclass

from tingsu.kernel.fields import in_language
from tingsu.settlement.rulebooks import ways


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way of redress: what it is, what to bring, where."""

    name: str
    about: str
    papers: str
    address: str
    link: str
    outside: bool


def ways_of_redress(province: str = "") -> list[Way]:
    """The list in force, negotiation first; for somebody in a province what is open there."""
    return [
        Way(
            name=ways.label(row),
            about=in_language(row.get("about")),
            papers=in_language(row.get("papers")),
            address=in_language(row.get("address")),
            link=row.get("link", ""),
            outside=row["side"] == "external",
        )
        for row in ways.told_in(province)
    ]
