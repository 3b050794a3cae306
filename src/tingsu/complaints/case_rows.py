"""Rows that belong to one complaint: the base of the sub-objects of process.md §6."""

from typing import Any, Self

from django.utils.translation import gettext as _

from tingsu.complaints.models import Complaint
from tingsu.kernel.crypto import Erased
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class CaseRow(TenantModel):
    """A row of one complaint; its free text is sealed under the complaint's key and erased with it."""

    complaint = TenantForeignKey(Complaint, related_name="+")

    class Meta:
        abstract = True

    @classmethod
    def of(cls, complaint: Complaint, **filters: Any) -> list[Self]:
        """The rows of one complaint, oldest first, with the complaint attached. One query."""
        rows = list(cls._default_manager.filter(complaint=complaint, **filters).order_by("pk"))
        for row in rows:
            row.complaint = complaint
        return rows

    def seal(self, field: str, plain: str) -> None:
        """Put a text into its sealed column; the context binds it to row and column. Raises Erased."""
        key = self.complaint.stream.key()
        setattr(self, field, key.seal(plain, self._context(field)) if plain else None)

    def seal_all(self, **texts: str) -> None:
        """Put several texts into their columns."""
        for field, plain in texts.items():
            self.seal(field, plain)

    def text(self, field: str) -> str:
        """Open one text. The caller answers for the right to see the case. Raises Erased."""
        sealed = getattr(self, field)
        return self.complaint.stream.key().open(sealed, self._context(field)) if sealed else ""

    def shown(self, field: str) -> str:
        """The text for a page: what stands there, or that it has been erased."""
        try:
            return self.text(field)
        except Erased:
            return _("(erased)")

    def _context(self, field: str) -> str:
        return f"{self._meta.model_name}:{self.pk}:{field}"
