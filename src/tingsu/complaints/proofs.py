"""What the rules of acceptance show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("scope", "ISC 7.2; SVC 1.2", "complaints:scope")
rule("completeness", "CTS 8.1; SZ 6(2); SZ B; SVC 3.1.2", "complaints:completeness")
rule("calming", "SVC 3.1.2; ISC 9.1.2", "complaints:calming")
