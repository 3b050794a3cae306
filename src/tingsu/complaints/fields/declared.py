"""What is said of one field of a complaint, once: everything else about it is made from this (docs/extending.md)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from tingsu.privacy.fields import Rule
from tingsu.process.steps import Field

Place = Literal["complaint", "complainant", "agent", "contact", "respondent", "demand", "elsewhere"]
"""Whose it is: the complaint's own row, a party's, a demand's; or a row of another table, named in `kept_as`."""
Read = Literal["", "list", "detail"]
PARTIES: tuple[Place, ...] = ("complainant", "agent", "contact", "respondent")


@dataclass(frozen=True, kw_only=True)
class CaseField:
    """One field of a complaint. `field` has its name at every door, its words, kind, options and limits."""

    field: Field
    of: Place = "complaint"
    column: str = ""
    """Its column, where that is not the name; empty together with `kept_as` for what becomes something else."""
    also: tuple[str, ...] = ()
    """Columns that follow from it: fingerprints, the start of a time limit."""
    kept_as: str = ""
    """What it becomes, if it has no column: a promise, a file, a link."""
    default: Any = None
    """What stands there when a door gave nothing."""
    words: Callable[[str], str] | None = None
    """What a value means in the reader's language, where no options of the field say it."""
    filled_in: bool = False
    """Registration fills it in where nobody gave it."""
    sealed: bool = False
    """Under the complaint's or the person's key. Every free text about a person is."""
    ledger: bool = False
    """Rebuilt by `verify`; changes through `Case.set` only."""
    personal: Rule | None = None
    """Purpose, legal basis, mask and who sees it how: its row of the privacy table (PS-05, PS-06)."""
    search: Literal["", "words", "exact"] = ""
    """Found by its words, or by its fingerprint or index."""
    filterable: bool = False
    """A filter of the queue, the API and saved views (TR-22)."""
    above: int | None = None
    """Of a number: its filter asks whether it lies above this, which is the usual one."""
    several: bool = False
    """It may have several values."""
    marked: bool = False
    """Each unusual value is a row of `ComplaintMark`, so that an index finds it in any archive."""
    desk: str = ""
    """Part of the telephone form that asks for it; empty where the desk does not."""
    portal: str = ""
    """Part of the public wizard that asks for it; empty where visitors are not asked."""
    api: bool = False
    """Accepted from programs at registration."""
    corrected: bool = False
    """Offered by the step that corrects the record (RG-16)."""
    always: bool = False
    """Shown also when it holds what it holds by default."""
    shown: str = ""
    """Panel of the case page that shows it: people, matter, receipt, course; or the fixed place of a page that does."""
    read: Read = ""
    """Where programs read it."""
    only: str = ""
    """Why nobody is shown it: what the machine needs it for."""
    form_b: str = ""
    """Section and place on the registration form of SZ Annex B, such as 1.12."""
    form_c: str = ""
    """Section and place on the tracking form of SZ Annex C; its section 6 is the stages, which events tell."""
    svc: str = ""
    """Column of the acceptance register of SVC 3.1.2."""

    def __post_init__(self) -> None:
        if self.personal and self.ledger:
            raise RuntimeError(f"{self.name}: personal data cannot stand in the ledger, which is never erased")
        if self.sealed and self.personal is None and not self.only:
            raise RuntimeError(f"{self.name}: a sealed field needs a purpose and who may see it")
        if self.of in PARTIES and self.personal is None and not (self.only or self.read):
            raise RuntimeError(f"{self.name}: a field about a person needs a purpose (PS-05)")
        if self.field.kind in {"text", "longtext"} and self.filterable:
            raise RuntimeError(f"{self.name}: words are searched, not filtered")

    @cached_property
    def name(self) -> str:
        return self.field.name

    @cached_property
    def stored(self) -> str:
        """The column, or nothing."""
        return "" if self.kept_as else self.column or self.field.name

    @cached_property
    def free(self) -> bool:
        """People type into it what they like."""
        return self.field.kind in {"text", "longtext"}

    @property
    def corrected_field(self) -> Field:
        """The same field in the step that corrects the record. Left out, it stays as it is; named and empty, it is emptied,
        which one that is never empty refuses. A person's code is sealed.
        """
        return replace(self.field, required=self.never_empty, keeps=True, when=None, sealed=self.personal is not None)

    @property
    def never_empty(self) -> bool:
        """Something always stands there: it is asked for, has a value by default, or the process fills it in."""
        return self.field.required or self.default is not None or self.filled_in

    @property
    def asked(self) -> bool:
        """At least one door asks for it at registration."""
        return bool(self.desk or self.portal or self.api)

    @property
    def columns(self) -> tuple[str, ...]:
        return (*filter(None, [self.stored]), *self.also)
