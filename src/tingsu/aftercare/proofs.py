"""What the rules of rating, callback and keeping show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("aftercare", "CTS 8.6; ISC 9.5; SZ 8(2).2", "aftercare:aftercare")
rule("retention", "CTS 7.5.3; ISC 9.6.5; SZ 8(1)", "aftercare:retention")
