"""Periods, as figures count by them. They stand in the kernel, because the trial of time limits looks at quarters too."""

from tingsu.kernel.periods import (
    EARLIEST,
    KINDS,
    MONTH,
    MONTHS,
    QUARTER,
    YEAR,
    Days,
    Period,
    period_of,
    read,
)

__all__ = ["EARLIEST", "KINDS", "MONTH", "MONTHS", "QUARTER", "YEAR", "Days", "Period", "period_of", "read"]
