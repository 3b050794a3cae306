"""What the rules of classification and grading show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("risk_rules", "CTS 8.2; ISC 8.2.2", "triage:risk_rules")
rule("categories", "CTS 8.1; CTS 8.2; ISC 8.2.1; SZ C", "triage:categories")
rule("assessment", "CTS 8.3; SZ 6(5)", "triage:assessment")
rule("routing", "ISC 8.3.2; SVC 2.2.3", "triage:routing")
