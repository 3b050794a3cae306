"""What the rules of satisfaction show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("questionnaires", "SZ 8(2).2; SZ 9.1; ISC 9.5", "satisfaction:questionnaires")
