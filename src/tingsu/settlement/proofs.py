"""What the rules of handling show, by clause (MS-29)."""

from tingsu.kernel.proofs import rule

rule("bases", "SZ 6(2); SVC 1.3.3", "settlement:bases")
rule("remedies", "CTS 8.5; SZ 6(7); ISC 9.3.1", "settlement:remedies")
rule("advance", "ISC 9.3.2", "settlement:advance")
rule("ways", "CTS 8.6; ISC 9.4.3; SZ 7; SZ 6(9)", "settlement:ways")
