"""What the registers of data protection ask alike, and who works on them."""

from django.utils.translation import pgettext_lazy

from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER
from tingsu.registers.options import members

READERS = (*LEADERS, *CHECKERS, Role.DSO)
KEEPERS = (*LEADERS, Role.DSO)
WORKERS = (OWNER, *KEEPERS)
LEADING = (Role.MGMT_REP, Role.TOP_MGMT, Role.DSO)
OWNER_FIELD = Field(name="owner", label=pgettext_lazy("protection", "Owner"), kind="member", options=members)
MEASURES = (
    Field(name="what", label=pgettext_lazy("protection", "Measure"), limit=500, required=True),
    Field(name="who", label=pgettext_lazy("corrective action", "Who"), kind="member", options=members, required=True),
    Field(name="until", label=pgettext_lazy("corrective action", "Until"), kind="date", required=True),
)
PROCESSING = (
    ("collect", pgettext_lazy("processing", "Collect")),
    ("store", pgettext_lazy("processing", "Store")),
    ("use", pgettext_lazy("processing", "Use")),
    ("transfer", pgettext_lazy("processing", "Transfer")),
    ("publish", pgettext_lazy("processing", "Publish")),
    ("delete", pgettext_lazy("processing", "Delete")),
)
"""The steps of processing that ISC 9.7.1 names."""
