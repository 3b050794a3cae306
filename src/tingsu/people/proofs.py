"""What the rules of people show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("authority", "CTS 5.3; ISC 4.2.7; SZ 4(1); SVC 2.2.1", "people:authority")
rule("sign_in", "ISC 9.7.1", "people:sign_in_rules")
