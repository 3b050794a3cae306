"""What the set-up has confirmed: rules that the firm took over as they were shipped (MS-29)."""

from tingsu.kernel.proofs import confirmed_by
from tingsu.setup.checklist import confirmed_kinds

confirmed_by(confirmed_kinds)
