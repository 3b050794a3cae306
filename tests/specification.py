"""What process.md says, written down a second time by hand, so that the table can be wrong."""

TRANSITIONS = {
    ("P01", "start", "registered"),
    ("P02", "registered", "pre_plan"),
    ("P03", "registered", "routing"),
    ("P04", "registered", "evaluating"),
    ("P05", "registered", "answering"),
    ("P06", "pre_plan", "routing"),
    ("P07", "routing", "investigating"),
    ("P08", "investigating", "handling"),
    ("P09", "investigating", "answering"),
    ("P10", "answering", "evaluating"),
    ("P11", "answering", "investigating"),
    ("P12", "answering", "external_route"),
    ("P13", "handling", "feedback"),
    ("P14", "handling", "investigating"),
    ("P15", "feedback", "executing"),
    ("P16", "feedback", "handling"),
    ("P17", "feedback", "external_route"),
    ("P18", "executing", "evaluating"),
    ("P19", "executing", "handling"),
    ("P20", "external_route", "handling"),
    ("P21", "external_route", "executing"),
    ("P22", "external_route", "evaluating"),
    ("P23", "evaluating", "closed"),
    ("P24", "evaluating", "external_route"),
    ("P25", "closed", "archived"),
}
EVENTS = {f"E{number:02d}" for number in range(1, 18)}
TIMERS_STARTED = {
    "T01": {"P01"}, "T02": {"P01", "E04", "P26"}, "T03": {"P01"}, "T04": {"P01"}, "T05": {"E02"}, "T06": {"P01"},
    "T07": {"P01", "E06"}, "T08": {"E06"}, "T09": {"E04", "P26"}, "T10": {"P02", "P26"}, "T11": {"E09"}, "T12": {"E10"},
    "T13": {"P07", "P11", "P14"}, "T14": {"P08", "P16", "P19", "P20"}, "T15": {"P05", "P09"}, "T16": {"P13", "E22"},
    "T17": {"P15", "P21"}, "T18": {"P01"}, "T19": {"P12", "P17", "P24"}, "T20": {"P04", "P10", "P18", "P22"}, "T21": {"P23"},
}  # fmt: skip
TIMERS_STOPPED = {
    "T01": {"E01"}, "T02": {"E05", "E06"}, "T03": {"E06"}, "T04": {"P07", "P04", "P05"}, "T05": {"E02", "P04", "P05"}, "T06": {"E06"},
    "T07": {"E06", "P23"}, "T08": {"E06"}, "T09": {"P02"}, "T10": {"P06"}, "T11": {"P13", "P09", "P04", "P05"}, "T12": {"E10"},
    "T13": {"P08", "P09"}, "T14": {"P13"}, "T15": {"E22"}, "T16": {"P10", "P11", "P12", "P15", "P16", "P17"}, "T17": {"E14", "P18"},
    "T18": {"E24"}, "T19": {"P20", "P21", "P22"}, "T20": {"P23"}, "T21": {"P25"},
}  # fmt: skip
