"""What the rules of investigation and mediation show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("sources", "CTS 8.3; ISC 9.2.3; SZ 6(6)", "casework:sources")
rule("departments", "ISC 9.2.4; ISC 8.3.2; SVC 2.2.3", "casework:departments")
rule("mediation", "ISC 5.1.2; ISC 9.3.1", "casework:mediation")
