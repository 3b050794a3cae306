"""What the rules of quality control show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("sampling_plans", "ISC 9.8; SZ 8(3); CTS 8.1", "quality:plans")
rule("scorecards", "ISC 9.8; ISC 9.1.2", "quality:scorecards")
