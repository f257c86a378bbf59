"""Times as people say them, in the words that the calendar knows: years in words or in two digits, days in words, days
without "of", weekdays cut short, a season beside its months, the beginning of the year or of everything.

Only what can be one thing is reworded; a number that may count something stays as it is."""

import re
from datetime import date, timedelta

from tools.language.periods.words import MONTHS, WEEKDAYS
from tools.query.rewording import reworded, rules

_MONTH = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_YEAR = r"(?:19|20)\d\d"
_UNTIL = r"(?: ?[-–—] ?| (?:up )?to | until | till | thru | through | through to )"
_ONES = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_NTH = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30}
_UNDER_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(list(_ONES)[1:10])}))?|{'|'.join(list(_ONES)[10:])}|(?:oh|o)[ -](?:{'|'.join(list(_ONES)[1:10])}))"
_ORDINAL = rf"(?:(?:twenty|thirty)[ -])?(?:{'|'.join(_NTH)})"
_COUNTED = (
    r"(?! ?(?:pounds?|euros?|dollars?|percent|per cent|%|units?|pieces|minutes?|grams?|g\b|kg\b|ml\b|boxes|packs?))"
)
_BEHIND_A_YEAR = r"(?=\W*(?:$|[,.;:?!()]|(?:and|vs|versus|against|compared|to|by|per|we|did|please|pls|only|up|until|so|how|what|which|who|with|had|has|was|were|when|where|that|in|did)\b))"
_FIRST_YEAR = 1970
_LAST_OF_A_MONTH = 31
_YEARS_BACK = 10
_LATEST = 5
"""Years ahead that a year in words may lie."""


def _number(words: str) -> int:
    parts = re.split(r"[ -]", words.lower())
    return sum(_TENS.get(part, _ONES.get(part, 0)) for part in parts)


def _nth(words: str) -> int:
    parts = re.split(r"[ -]", words.lower())
    return sum(_TENS.get(part, _NTH.get(part, 0)) for part in parts)


def _full_year(digits: int, today: date) -> int:
    """The year that two digits are short for: not after this one."""
    year = today.year // 100 * 100 + digits
    return year if year <= today.year else year - 100


_YEAR_IN_WORDS = re.compile(rf"\b(?P<century>nineteen|twenty)[ -](?P<rest>{_UNDER_HUNDRED})\b{_COUNTED}", re.IGNORECASE)
_SHORT_IN_WORDS = re.compile(
    rf"\b(?P<cue>in|of|since|during|until|till|for|from) (?P<year>(?:{'|'.join(list(_TENS)[1:])})(?:[ -](?:{'|'.join(list(_ONES)[1:10])})))\b{_BEHIND_A_YEAR}",
    re.IGNORECASE,
)
_TWO_SHORT = re.compile(rf"(?<![\d£$€#.,/-])(?<!top )(?<!over )(?<!under )\b(?P<one>\d\d) ?(?P<joint>&|and|vs\.?|versus|or|/) ?'?(?P<other>\d\d)\b{_BEHIND_A_YEAR}", re.IGNORECASE)  # fmt: skip
_OF_SHORT = re.compile(
    r"\b(?P<part>(?:months?|quarters?|weeks?|days?|year|spring|summer|autumn|winter|start|beginning|end) of) '?(?P<year>\d\d)\b(?![.,]\d| ?%)"
    + _BEHIND_A_YEAR,
    re.IGNORECASE,
)
_SHORT_OWNS = re.compile(
    r"(?<![\w£$€])['’]?(?P<year>\d\d)['’]s (?=(?:first|last|second|third|fourth)\b)", re.IGNORECASE
)
_DAY_IN_SHORT_YEAR = re.compile(rf"\b(?P<day>\d{{1,2}}(?:st|nd|rd|th)?)(?P<gap> | of |-){_MONTH}\b(?P<sep>,? |-)'?(?P<year>\d\d)\b(?=\W*(?:$|[,.;:?!)–-]|(?:to|until|till|and|through|thru|up|please|pls|both|inclusive|incl|included)\b))", re.IGNORECASE)  # fmt: skip
_MONTHS_TO_AN_END = re.compile(rf"\b(?P<one>{_MONTH}) '?(?P<from>\d\d){_UNTIL}(?:the )?end (?:of )?(?P<other>{_MONTH}) '?(?P<till>\d\d)\b", re.IGNORECASE)  # fmt: skip
_SLASHED_MONTHS = re.compile(rf"\b(?P<one>{_MONTH}) ?/ ?(?P<other>{_MONTH})\b(?= (?:{_YEAR}|'\d\d)\b|\W*$)", re.IGNORECASE)  # fmt: skip


def _year_in_words(found: re.Match[str], today: date) -> str:
    year = (19 if found["century"].lower() == "nineteen" else 20) * 100 + _number(found["rest"])
    return str(year) if _FIRST_YEAR <= year <= today.year + _LATEST else found.group()


def _two_short(found: re.Match[str], today: date) -> str:
    """Two digits and two more that are the year after: "96 & 97"; days of a month and numbers of things are no years."""
    one, other = int(found["one"]), int(found["other"])
    years = _full_year(one, today), _full_year(other, today)
    near = all(today.year - _YEARS_BACK <= year <= today.year for year in years)
    if not near or min(one, other) <= _LAST_OF_A_MONTH or abs(years[0] - years[1]) > 1:
        return found.group()
    joint = "and" if found["joint"] in ("&", "/") else found["joint"]
    return f"{years[0]} {joint} {years[1]}"


def _of_short(found: re.Match[str], today: date) -> str:
    year = _full_year(int(found["year"]), today)
    return f"{found['part']} {year}" if today.year - _YEARS_BACK <= year else found.group()


def _short_owns(found: re.Match[str], today: date) -> str:
    return f"{_full_year(int(found['year']), today)}'s "


def _day_in_short_year(found: re.Match[str], today: date) -> str:
    """ "6 apr 25": behind a day and its month two more digits are the year."""
    year = _full_year(int(found["year"]), today)
    if year < today.year - _YEARS_BACK or not 1 <= int(re.sub(r"\D", "", found["day"])) <= _LAST_OF_A_MONTH:
        return found.group()
    month = re.split(r"\W+", found.group()[len(found["day"]) :].strip(" -"))
    name = next(word for word in month if word.lower() in MONTHS)
    return f"{found['day']} {name} {year}"


def _months_to_an_end(found: re.Match[str], today: date) -> str:
    """ "nov 25 to end of oct 26": a month ends in a year, and so the other began in one."""
    first, last = _full_year(int(found["from"]), today), _full_year(int(found["till"]), today)
    return f"from {found['one']} {first} to {found['other']} {last}"


def _slashed_months(found: re.Match[str]) -> str:
    """ "Jul/Aug 2026": two months on end are one stretch."""
    one, other = MONTHS[found["one"].lower()], MONTHS[found["other"].lower()]
    return f"{found['one']} to {found['other']}" if other == one + 1 else found.group()


_YEARS = (
    (_YEAR_IN_WORDS, _year_in_words),
    (_TWO_SHORT, _two_short),
    (_OF_SHORT, _of_short),
    (_SHORT_OWNS, _short_owns),
    (_DAY_IN_SHORT_YEAR, _day_in_short_year),
    (_MONTHS_TO_AN_END, _months_to_an_end),
)


def _one_day(found: re.Match[str]) -> str:
    return f"{_nth(found['day'])} {found['month']}"


def _month_first(found: re.Match[str]) -> str:
    return f"{_nth(found['day'])} {found['month']}"


def _two_days(found: re.Match[str]) -> str:
    joint = found["joint"].strip().replace("through", "to")
    return f"{_nth(found['one'])} {joint} {_nth(found['other'])} {found['month']}"


_WHAT_A_MONTH_HAS = r"(?! (?:order|sale|purchase|week|half|day|weekend|quarter|ten|five|two|three|\d)s?\b)"
_NOT_OF_OURS = r"(?<!our )(?<!their )(?<!ever )(?<!very )"
_DAYS_IN_WORDS = rules(
    # "between the first and the fifteenth of August"
    (rf"{_NOT_OF_OURS}\b(?:the )?(?P<one>{_ORDINAL})(?P<joint> (?:and|to|until|till|through) )(?:the )?(?P<other>{_ORDINAL}) (?:of )?(?P<month>{_MONTH})\b{_WHAT_A_MONTH_HAS}", _two_days),
    (rf"\b(?P<month>{_MONTH}) (?:the )?(?P<day>{_ORDINAL})\b{_WHAT_A_MONTH_HAS}(?! (?:to|until|till|through|and) (?:the )?{_ORDINAL})(?=\W*(?:$|[,.;:?!)-]|(?:to|until|till|and|through|{_YEAR}|this|last|please|how|what|which|by|per|in|at|for|we|did|vs|versus)\b))", _month_first),
    (rf"{_NOT_OF_OURS}\b(?P<day>{_ORDINAL}) of (?P<month>{_MONTH})\b{_WHAT_A_MONTH_HAS}", _one_day),
    # "15/mar/2018"
    (rf"\b(?P<day>\d{{1,2}})/(?P<month>{_MONTH})/(?P<year>{_YEAR}|\d\d)\b", r"\g<day> \g<month> \g<year>"),
)  # fmt: skip

_BOTH_ENDS = r"(?:both|first and last)(?: (?:days?|dates?|ends?))? (?:incl(?:\.|usive|uded)?|counted|counting|included)"
_STRETCHES = rules(
    (r"\bbetw\.?(?= )", "between"),
    (r"\bthrough to\b", "to"),
    (rf"(?P<last>\d(?:st|nd|rd|th)?|\b{_MONTH})[\s,]*\(?\b{_BOTH_ENDS}(?!\w)\)?", r"\g<last>"),
    # Whatever a tax year is elsewhere: its days are named.
    (rf"\b(?:the )?tax year,? (?:that |which )?(?=(?:ended|ending|to)(?: on| in)? (?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH})", "the year "),
    (rf"\b(?:the |in |for )*tax year,? \(?(?:running |going )?(?:from )?(?P<days>\d{{1,2}}(?:st|nd|rd|th)? {_MONTH} (?:{_YEAR}|\d\d){_UNTIL}\d{{1,2}}(?:st|nd|rd|th)? {_MONTH} (?:{_YEAR}|\d\d))\)?", r"from \g<days>"),
    (rf"\b(?:for |in |over )?the (?:year|twelve months|12 months|period)(?: (?:running|going|lasting))?(?: from)?,? (?P<days>\d{{1,2}}(?:st|nd|rd|th)? {_MONTH} {_YEAR}{_UNTIL}\d{{1,2}}(?:st|nd|rd|th)? {_MONTH} {_YEAR})\b", r"from \g<days>"),
    (rf"\b(?P<till>until|till|to|through) end (?=(?:of )?{_MONTH}\b)", r"\g<till> the end of "),
    (r"\b(?P<till>until|till|to|through) the end of of ", r"\g<till> the end of "),
    # said twice over, each year by itself
    (r"^(?P<what>(?!.*\b(?:by|per|each|vs|versus|than|both|sum)\b)[^?]*?)\bin (?P<one>(?:19|20)\d\d) and in (?P<other>(?:19|20)\d\d)\b", r"\g<what>by year in \g<one> and \g<other>"),
)  # fmt: skip

_UNITS = rules(
    (r"\b(?P<of>each|every|per) calendar (?=(?:day|week|month|quarter|year)s?\b)", r"\g<of> "),
    (r"\b(?:the )?(?P<year>(?:19|20)\d\d) calendar year\b", r"\g<year>"),
    (r"\b(?:lytd|pytd|ly ytd|ytd ly|last ytd|ytd last year)\b(?<=ytd)(?P<ly>)", "the same period last year"),
)  # fmt: skip

_AGAINST = r"(?:vs\.?|versus|against|compared (?:to|with)|than)"
_HELD_AGAINST = rules(
    (rf"(?<=\w )(?<!with )(?<!in )respect to (?=(?:the )?(?:last|same|previous|{_YEAR})\b)", "compared to "),
    (r"\b(?:corresponding|equivalent) (?=(?:period|months?|weeks?|days|quarter|stretch)\b)", "same "),
    # the same days a year ago, said of the month that runs
    (rf"\bso far this (?P<month>{_MONTH}) (?P<vs>{_AGAINST}) the same (?:bit|stretch|part|days|time|period|point) (?:of|in) last (?P=month)\b", r"so far this \g<month> \g<vs> the same period last year"),
    (rf"\b(?P<front>front|back) half (?=of (?:the year|this year|last year|{_YEAR})\b)", lambda found: "first half " if found["front"].lower() == "front" else "second half "),
)  # fmt: skip

_ALL_TIME = r"(?=\W*(?:$|[,.;?!]))"
_SINCE = rules(
    (r"\bsince (?:the|this) year (?:has )?(?:started|began|begun|opened)\b", "since 1 January this year"),
    (r"\bsince new year(?!'?s?(?: day)?,? (?:eve|(?:19|20)\d\d|last|of)\b)(?:'?s)?(?: day)?(?: until now| up to now| to now| till now)?\b", "since 1 January this year"),
    (rf"[.;?,]? ?\b(?:ever )?since (?:(?:the )?(?:inception|opening)|day one|we (?:first )?(?:opened|started|began) (?:trading|selling|keeping (?:these|the|our) (?:figures|records|books|numbers))){_ALL_TIME}", " since we started"),
    (r"\bfrom (?:the )?(?:opening|very beginning|day one) (?:until|till|to|up to) (?:today|now|date)\b", "since we started"),
)  # fmt: skip

_SEASON = "(?:spring|summer|autumn|winter)"
_ITS_MONTHS = (
    rf"(?P<months>{_MONTH}(?:{_UNTIL}{_MONTH}|(?:,? |, ?| and | & ){_MONTH}(?:(?:,? and | |, ?| & ){_MONTH})?))\b"
)
_SEASON_MONTHS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}


def _season_in_brackets(found: re.Match[str]) -> str:
    """ "summer 2026 (June to August)": in other words; where other months are named, those are meant."""
    months = re.findall(_MONTH, found["months"], re.IGNORECASE)
    ends = MONTHS[months[0].lower()], MONTHS[months[-1].lower()]
    season, year = found["season"], found["before"] or found["after"] or ""
    if ends == _SEASON_MONTHS[season.lower()]:
        return f"{season}{year}"
    held_against_another = season.lower() in found.string[found.end() :].lower()
    return found.group() if held_against_another else f"{found['months']}{year}"


_SEASONS = rules(
    (rf"\b(?<!this )(?<!last )(?<!past )(?P<season>{_SEASON})(?P<before> {_YEAR})? ?\((?:from )?{_ITS_MONTHS}\)(?P<after> {_YEAR})?", _season_in_brackets),
    # "over the summer, June to August"; "last summer" lies where today tells
    (rf"\b(?:(?:over|in|during|through|throughout|for|across|from|of) (?:the |this |this past |the past )?|(?:the|this|this past|the past) )(?:{_SEASON} and )?{_SEASON}(?: months)?(?: of this year)?(?:,? (?:so |i mean |meaning |that is )?(?:from )?| ?[:–-] ?){_ITS_MONTHS}(?! ?\d)", r"\g<months>"),
)  # fmt: skip

_SHORT_DAYS = {"mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "weds": "Wednesday", "thu": "Thursday", "thur": "Thursday", "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday"}  # fmt: skip
_A_SHORT_DAY = "(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)(?:days?|nesdays?|rdays?|urdays?)?"
_DAYS_IN_A_ROW = re.compile(rf"\b{_A_SHORT_DAY}(?:(?: ?[-–+&/,] ?| (?:or|and|to|till|until|vs\.?|versus|n) | ){_A_SHORT_DAY})+(?![\w'])", re.IGNORECASE)  # fmt: skip


def _whole_days(found: re.Match[str]) -> str:
    """ "mon-fri", "MON TUE WED": one weekday cut short beside another is no other word."""
    return re.sub(
        r"[a-z]+", lambda one: _SHORT_DAYS.get(one.group().lower(), one.group()), found.group(), flags=re.IGNORECASE
    )


def _by_weekday(found: re.Match[str]) -> str:
    """ "more orders on Monday or Friday": all days of that name, not the last one of each."""
    one, other = (found[side].capitalize().removesuffix("s") for side in ("one", "other"))
    return f"{found['what']} by weekday on {one}s and {other}s"


def _days_of_a_week(found: re.Match[str]) -> str:
    """ "Monday Tuesday Wednesday this week": days on end, each by itself; others are left as they stand."""
    days = [one.group().lower() for one in re.finditer(_DAY, found["days"], re.IGNORECASE)]
    numbers = [WEEKDAYS.get(day.removesuffix("s"), 0) for day in days]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or "each" in found.string.lower():
        return found.group()
    return f"by day from {days[0].title()} to {days[-1].title()} {found['week']}"


_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_WEEKDAYS = rules(
    (rf"\b(?P<days>{_DAY}(?:(?:,? | and |, and |/){_DAY}){{2,}}),? (?:of )?(?P<week>(?:this|last) (?:week|wk))\b", _days_of_a_week),
    (r"\b(?P<which>last|this) (?P<unit>week|wk|month),? each day\b", r"\g<which> \g<unit> by day"),
    (rf"^\W*(?:are there |is it |do we (?:get|have|take|do) )?(?:more|fewer|less) (?P<what>orders|sales|customers|units) (?:on |of |for )?(?:a )?(?P<one>{_DAY}) or (?:on )?(?:a )?(?P<other>{_DAY})\b", _by_weekday),
    (r"\b(?:on )?sat(?:urday)?s? ?(?:\+|&|and|/|n) ?sun(?:day)?s? (?:of )?(?:the )?last (?:weekend|wkend|w/e)\b", "last weekend"),
    (r"\bwkends?\b", "weekend"),
    (r"^\W*(?:ok |okay |so |hi )*it'?s (?:already |only )?\d{1,2}(?::\d\d)? ?[ap]m\b[, ]*(?=\w+ \w)", ""),
)  # fmt: skip


_A_WEEKDAY = re.compile(rf"\b{_DAY}\b", re.IGNORECASE)
_BARE_DAY = re.compile(rf"\b(?:on )?(?:(?P<name>{_DAY}),? (?:the )?|the )(?P<day>\d{{1,2}})(?=\W*$|[,.;?!]| (?:in|at|for|by|how|what|from)\b)", re.IGNORECASE)  # fmt: skip


def _on_its_day(question: str, today: date) -> str:
    """ "what a Saturday, how much did we take the 14": the last such day, where the weekday that is told is that day's."""
    told = {one.group().lower().removesuffix("s") for one in _A_WEEKDAY.finditer(question)}
    found = _BARE_DAY.search(question)
    if len(told) != 1 or found is None or not 1 <= int(found["day"]) <= _LAST_OF_A_MONTH:
        return question
    days = (today - timedelta(days=back) for back in range(_LAST_OF_A_MONTH))
    day = next((day for day in days if day.day == int(found["day"])), None)
    if day is None or f"{day:%A}".lower() not in told:
        return question
    return f"{question[: found.start()]}on {day.day} {day:%B %Y}{question[found.end() :]}"


def in_plain_times(question: str, today: date) -> str:
    """The question with its times in the words that the calendar knows."""
    for pattern, better in _YEARS:
        question = pattern.sub(lambda found, better=better: better(found, today), question)
    question = _SHORT_IN_WORDS.sub(lambda found: f"{found['cue']} {_number(found['year'])}", question)
    question = _SLASHED_MONTHS.sub(_slashed_months, question)
    question = reworded((*_DAYS_IN_WORDS, *_STRETCHES, *_UNITS, *_HELD_AGAINST, *_SINCE, *_SEASONS), question)
    question = _DAYS_IN_A_ROW.sub(_whole_days, question)
    return _on_its_day(reworded(_WEEKDAYS, question), today)
