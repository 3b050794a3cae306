"""The registers by which the management system is looked at from above (MS-22, MS-24 to MS-28, MS-34)."""

from tingsu.evaluation import (
    audit_register,  # noqa: F401
    compliance_register,  # noqa: F401
    duty_register,  # noqa: F401 each declares a register of its own
    programme,  # noqa: F401
    review_register,  # noqa: F401
)
