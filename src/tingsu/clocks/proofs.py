"""What the rules of time show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("time_limits", "CTS 8.1; CTS 8.2; ISC 8.1; SZ 3.5; SZ 6(3); SVC 1.3.2; SVC 3.2.1", "clocks:limits")
rule("escalation_ladder", "ISC 9.2.2; ISC 8.3.3; SZ 4(2).5; SVC 3.1.3", "complaints:escalation_ladder")
