"""The registers of data protection, in their order."""

from tingsu.protection import (
    assessments,  # noqa: F401 declares a register of its own
    incidents,  # noqa: F401
    measures,  # noqa: F401
    staff,  # noqa: F401
    systems,  # noqa: F401
)
