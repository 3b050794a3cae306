"""What the rules of looking up show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("inquiry", "ISC 9.2.1; SZ 10.2", "inquiry:inquiry")
