"""What the rules of early warning show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("warning_rules", "CTS 8.4; SZ 8(2).1", "warning:rules")
