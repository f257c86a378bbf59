"""Which days people mean. Each line of a table: the words | first day | last day; "-" leaves a side open."""

from datetime import date, timedelta

import pytest

from tools.language.periods import Calendar, PeriodSpan, find_periods
from tools.language.text import tokenize

SATURDAY = date(2026, 10, 31)
WEDNESDAY = date(2018, 3, 14)

# Saturday 31 October 2026; weeks begin on Monday.
ON_A_SATURDAY = """
today                                       | 2026-10-31 | 2026-10-31
sales today                                 | 2026-10-31 | 2026-10-31
how did we do yesterday?                    | 2026-10-30 | 2026-10-30
yesterday's orders                          | 2026-10-30 | 2026-10-30
the day before yesterday                    | 2026-10-29 | 2026-10-29
tomorrow                                    | 2026-11-01 | 2026-11-01
the day after tomorrow                      | 2026-11-02 | 2026-11-02
this week                                   | 2026-10-26 | 2026-11-01
last week                                   | 2026-10-19 | 2026-10-25
previous week                               | 2026-10-19 | 2026-10-25
next week                                   | 2026-11-02 | 2026-11-08
the week before last                        | 2026-10-12 | 2026-10-18
this month                                  | 2026-10-01 | 2026-10-31
the current month                           | 2026-10-01 | 2026-10-31
last month                                  | 2026-09-01 | 2026-09-30
LAST MONTH!!!                               | 2026-09-01 | 2026-09-30
last month's revenue                        | 2026-09-01 | 2026-09-30
the previous month                          | 2026-09-01 | 2026-09-30
in the past month                           | 2026-09-01 | 2026-09-30
prior month                                 | 2026-09-01 | 2026-09-30
next month                                  | 2026-11-01 | 2026-11-30
the coming month                            | 2026-11-01 | 2026-11-30
the month before last                       | 2026-08-01 | 2026-08-31
this quarter                                | 2026-10-01 | 2026-12-31
last quarter                                | 2026-07-01 | 2026-09-30
next quarter                                | 2027-01-01 | 2027-03-31
the quarter before last                     | 2026-04-01 | 2026-06-30
this half                                   | 2026-07-01 | 2026-12-31
last half year                              | 2026-01-01 | 2026-06-30
this year                                   | 2026-01-01 | 2026-12-31
the current year                            | 2026-01-01 | 2026-12-31
last year                                   | 2025-01-01 | 2025-12-31
last calendar year                          | 2025-01-01 | 2025-12-31
the last full year                          | 2025-01-01 | 2025-12-31
next year                                   | 2027-01-01 | 2027-12-31
the year before last                        | 2024-01-01 | 2024-12-31
the year after next                         | 2028-01-01 | 2028-12-31
last 7 days                                 | 2026-10-24 | 2026-10-30
the last seven days                         | 2026-10-24 | 2026-10-30
past 7 days                                 | 2026-10-24 | 2026-10-30
last 7 days including today                 | 2026-10-25 | 2026-10-31
last 7 days (including today)               | 2026-10-25 | 2026-10-31
last 7 days excluding today                 | 2026-10-24 | 2026-10-30
last 7 days up to today                     | 2026-10-25 | 2026-10-31
last 30 days                                | 2026-10-01 | 2026-10-30
sales this morning                          | 2026-10-31 | 2026-10-31
the last weekend of August                  | 2026-08-29 | 2026-08-30
first weekend in october 2025               | 2025-10-04 | 2025-10-05
the weekend of 15 august                    | 2026-08-15 | 2026-08-16
over the weekend                            | 2026-10-31 | 2026-11-01
the last 5 fridays                          | 2026-10-02 | 2026-10-30
the last two weekends                       | 2026-10-17 | 2026-10-25
black friday weekend                        | 2025-11-28 | 2025-11-30
black friday week                           | 2025-11-24 | 2025-11-30
the week of thanksgiving 2025               | 2025-11-24 | 2025-11-30
pentecost weekend                           | 2026-05-23 | 2026-05-25
whit monday 2026                            | 2026-05-25 | 2026-05-25
labor day weekend 2025                      | 2025-08-30 | 2025-09-01
between christmas and new year              | 2025-12-26 | 2025-12-31
from christmas to new year                  | 2025-12-25 | 2026-01-01
the week before easter                      | 2026-03-29 | 2026-04-04
weeks 30 to 34                              | 2026-07-20 | 2026-08-23
weeks 30-34 of 2025                         | 2025-07-21 | 2025-08-24
wk32                                        | 2026-08-03 | 2026-08-09
calendar week 40                            | 2026-09-28 | 2026-10-04
week no 12                                  | 2026-03-16 | 2026-03-22
business year 2025                          | 2025-01-01 | 2025-12-31
previous 30 days                            | 2026-10-01 | 2026-10-30
trailing 30 days                            | 2026-10-01 | 2026-10-30
over the last thirty days                   | 2026-10-01 | 2026-10-30
last 30d                                    | 2026-10-01 | 2026-10-30
L30D                                        | 2026-10-01 | 2026-10-30
last 90 days                                | 2026-08-02 | 2026-10-30
last 365 days                               | 2025-10-31 | 2026-10-30
last 1 day                                  | 2026-10-30 | 2026-10-30
last 4 weeks                                | 2026-09-28 | 2026-10-25
last fortnight                              | 2026-10-12 | 2026-10-25
past two fortnights                         | 2026-09-28 | 2026-10-25
last couple of weeks                        | 2026-10-12 | 2026-10-25
last few weeks                              | 2026-10-05 | 2026-10-25
last 3 months                               | 2026-07-01 | 2026-09-30
the past three months                       | 2026-07-01 | 2026-09-30
last 3 full months                          | 2026-07-01 | 2026-09-30
last 3 complete calendar months             | 2026-07-01 | 2026-09-30
last 3 months including this month          | 2026-08-01 | 2026-10-31
last 3 months incl. the current one         | 2026-08-01 | 2026-10-31
last 6 months                               | 2026-04-01 | 2026-09-30
last half dozen months                      | 2026-04-01 | 2026-09-30
last twelve months                          | 2025-10-01 | 2026-09-30
last dozen months                           | 2025-10-01 | 2026-09-30
rolling 12 months                           | 2025-10-01 | 2026-09-30
TTM                                         | 2025-10-01 | 2026-09-30
last 18 months                              | 2025-04-01 | 2026-09-30
last 4 quarters                             | 2025-10-01 | 2026-09-30
last two quarters                           | 2026-04-01 | 2026-09-30
last 2 years                                | 2024-01-01 | 2025-12-31
past 5 years                                | 2021-01-01 | 2025-12-31
last 1.5 years                              | 2025-04-01 | 2026-09-30
next 7 days                                 | 2026-11-01 | 2026-11-07
next 30 days                                | 2026-11-01 | 2026-11-30
the coming 2 weeks                          | 2026-11-02 | 2026-11-15
next 3 months                               | 2026-11-01 | 2027-01-31
next two years                              | 2027-01-01 | 2028-12-31
month to date                               | 2026-10-01 | 2026-10-31
MTD                                         | 2026-10-01 | 2026-10-31
month-to-date                               | 2026-10-01 | 2026-10-31
year to date                                | 2026-01-01 | 2026-10-31
YTD                                         | 2026-01-01 | 2026-10-31
ytd revenue by product                      | 2026-01-01 | 2026-10-31
this year so far                            | 2026-01-01 | 2026-10-31
this year to date                           | 2026-01-01 | 2026-10-31
this month up to now                        | 2026-10-01 | 2026-10-31
last year to date                           | 2025-01-01 | 2025-10-31
YTD last year                               | 2025-01-01 | 2025-10-31
last month to date                          | 2026-09-01 | 2026-09-30
QTD                                         | 2026-10-01 | 2026-10-31
quarter to date                             | 2026-10-01 | 2026-10-31
WTD                                         | 2026-10-26 | 2026-10-31
week to date                                | 2026-10-26 | 2026-10-31
3 days ago                                  | 2026-10-28 | 2026-10-28
a week ago                                  | 2026-10-19 | 2026-10-25
two weeks ago                               | 2026-10-12 | 2026-10-18
a month ago                                 | 2026-09-01 | 2026-09-30
six months ago                              | 2026-04-01 | 2026-04-30
two quarters ago                            | 2026-04-01 | 2026-06-30
a year ago                                  | 2025-01-01 | 2025-12-31
two years ago                               | 2024-01-01 | 2024-12-31
a year ago today                            | 2025-10-31 | 2025-10-31
Q1                                          | 2026-01-01 | 2026-03-31
Q4                                          | 2026-10-01 | 2026-12-31
q3 revenue                                  | 2026-07-01 | 2026-09-30
Q1 2018                                     | 2018-01-01 | 2018-03-31
Q1 of 2018                                  | 2018-01-01 | 2018-03-31
Q1/2018                                     | 2018-01-01 | 2018-03-31
Q1 '18                                      | 2018-01-01 | 2018-03-31
Q-1 2018                                    | 2018-01-01 | 2018-03-31
2018 Q1                                     | 2018-01-01 | 2018-03-31
2018Q1                                      | 2018-01-01 | 2018-03-31
2018-Q1                                     | 2018-01-01 | 2018-03-31
1Q18                                        | 2018-01-01 | 2018-03-31
Q4 last year                                | 2025-10-01 | 2025-12-31
Q4 of the previous year                     | 2025-10-01 | 2025-12-31
Q2 this year                                | 2026-04-01 | 2026-06-30
last Q4                                     | 2025-10-01 | 2025-12-31
first quarter of 2018                       | 2018-01-01 | 2018-03-31
the second quarter 2018                     | 2018-04-01 | 2018-06-30
3rd quarter of 2018                         | 2018-07-01 | 2018-09-30
fourth quarter of last year                 | 2025-10-01 | 2025-12-31
the last quarter of 2018                    | 2018-10-01 | 2018-12-31
the final quarter of 2018                   | 2018-10-01 | 2018-12-31
quarter 2 of 2018                           | 2018-04-01 | 2018-06-30
H1                                          | 2026-01-01 | 2026-06-30
H2 2018                                     | 2018-07-01 | 2018-12-31
first half of 2018                          | 2018-01-01 | 2018-06-30
the second half of last year                | 2025-07-01 | 2025-12-31
first half of the year                      | 2026-01-01 | 2026-06-30
first half of March 2018                    | 2018-03-01 | 2018-03-15
second half of February 2018                | 2018-02-16 | 2018-02-28
in March                                    | 2026-03-01 | 2026-03-31
in October                                  | 2026-10-01 | 2026-10-31
November sales                              | 2025-11-01 | 2025-11-30
revenue for dec                             | 2025-12-01 | 2025-12-31
the month of June                           | 2026-06-01 | 2026-06-30
march 2018                                  | 2018-03-01 | 2018-03-31
March, 2018                                 | 2018-03-01 | 2018-03-31
March of 2018                               | 2018-03-01 | 2018-03-31
Mar 2018                                    | 2018-03-01 | 2018-03-31
Mar '18                                     | 2018-03-01 | 2018-03-31
Mar'18                                      | 2018-03-01 | 2018-03-31
Mar-18                                      | 2018-03-01 | 2018-03-31
2018 March                                  | 2018-03-01 | 2018-03-31
sept 2018                                   | 2018-09-01 | 2018-09-30
March last year                             | 2025-03-01 | 2025-03-31
March of this year                          | 2026-03-01 | 2026-03-31
March two years ago                         | 2024-03-01 | 2024-03-31
last March                                  | 2026-03-01 | 2026-03-31
last December                               | 2025-12-01 | 2025-12-31
this March                                  | 2026-03-01 | 2026-03-31
next March                                  | 2027-03-01 | 2027-03-31
next December                               | 2026-12-01 | 2026-12-31
03/2018                                     | 2018-03-01 | 2018-03-31
2018-03                                     | 2018-03-01 | 2018-03-31
2018/03                                     | 2018-03-01 | 2018-03-31
03.2018                                     | 2018-03-01 | 2018-03-31
month 3 of 2018                             | 2018-03-01 | 2018-03-31
February 2020                               | 2020-02-01 | 2020-02-29
Sales in May                                | 2026-05-01 | 2026-05-31
may sales                                   | 2026-05-01 | 2026-05-31
show march revenue                          | 2026-03-01 | 2026-03-31
and June?                                   | 2026-06-01 | 2026-06-30
May 2018                                    | 2018-05-01 | 2018-05-31
what did Mars 2018 bring                    | 2018-03-01 | 2018-03-31
2018                                        | 2018-01-01 | 2018-12-31
in 2018                                     | 2018-01-01 | 2018-12-31
2018 revenue by month                       | 2018-01-01 | 2018-12-31
the year 2018                               | 2018-01-01 | 2018-12-31
calendar year 2018                          | 2018-01-01 | 2018-12-31
sales for '18                               | 2018-01-01 | 2018-12-31
better than 2018                            | 2018-01-01 | 2018-12-31
from 2016 to 2018                           | 2016-01-01 | 2018-12-31
2016-2018                                   | 2016-01-01 | 2018-12-31
2016–2018                                   | 2016-01-01 | 2018-12-31
2016-18                                     | 2016-01-01 | 2018-12-31
between 2016 and 2018                       | 2016-01-01 | 2018-12-31
2017-18                                     | 2017-01-01 | 2018-12-31
from April to June 2018                     | 2018-04-01 | 2018-06-30
April-June                                  | 2026-04-01 | 2026-06-30
April–June 2018                             | 2018-04-01 | 2018-06-30
April - June 2018                           | 2018-04-01 | 2018-06-30
Apr through Jun 2018                        | 2018-04-01 | 2018-06-30
from April until June 2018                  | 2018-04-01 | 2018-06-30
from April 2018 to June                     | 2018-04-01 | 2018-06-30
December 2017 to February                   | 2017-12-01 | 2018-02-28
December to February 2018                   | 2017-12-01 | 2018-02-28
from November to January                    | 2025-11-01 | 2026-01-31
from November 2017 to February 2018         | 2017-11-01 | 2018-02-28
Q1-Q3 2018                                  | 2018-01-01 | 2018-09-30
Q3 2017 to Q1 2018                          | 2017-07-01 | 2018-03-31
between 1 March and 15 April 2018           | 2018-03-01 | 2018-04-15
from March 1 to April 15, 2018              | 2018-03-01 | 2018-04-15
from 1 March 2018 to 15 April 2018          | 2018-03-01 | 2018-04-15
1-15 March 2018                             | 2018-03-01 | 2018-03-15
1 – 15 March 2018                           | 2018-03-01 | 2018-03-15
1 to 15 March 2018                          | 2018-03-01 | 2018-03-15
the 3rd to the 5th of May 2018              | 2018-05-03 | 2018-05-05
May 3-5, 2018                               | 2018-05-03 | 2018-05-05
March 3 to 5 2018                           | 2018-03-03 | 2018-03-05
from 2018-03-01 to 2018-03-15               | 2018-03-01 | 2018-03-15
2018-03-01 until 2018-03-15                 | 2018-03-01 | 2018-03-15
between 01.03.2018 and 15.03.2018           | 2018-03-01 | 2018-03-15
from yesterday to today                     | 2026-10-30 | 2026-10-31
from Monday to Friday                       | 2026-10-26 | 2026-10-30
from 2016 to now                            | 2016-01-01 | 2026-10-31
from March 2018 until today                 | 2018-03-01 | 2026-10-31
since January                               | 2026-01-01 | 2026-10-31
since November                              | 2025-11-01 | 2026-10-31
since March 2018                            | 2018-03-01 | 2026-10-31
since 2017                                  | 2017-01-01 | 2026-10-31
since yesterday                             | 2026-10-30 | 2026-10-31
since last Friday                           | 2026-10-30 | 2026-10-31
since 3 May                                 | 2026-05-03 | 2026-10-31
since the start of the year                 | 2026-01-01 | 2026-10-31
since the beginning of last month           | 2026-09-01 | 2026-10-31
since last year                             | 2025-01-01 | 2026-10-31
from March 2018 onwards                     | 2018-03-01 | 2026-10-31
starting in March 2018                      | 2018-03-01 | 2026-10-31
after March 2018                            | 2018-04-01 | 2026-10-31
after 3 May 2018                            | 2018-05-04 | 2026-10-31
after next month                            | 2026-12-01 | -
before 2017                                 | -          | 2016-12-31
before March 2018                           | -          | 2018-02-28
prior to 1 May 2018                         | -          | 2018-04-30
until June                                  | -          | 2026-06-30
through June 2018                           | -          | 2018-06-30
through 2018                                | 2018-01-01 | 2018-12-31
in 97                                       | 1997-01-01 | 1997-12-31
Q4 97                                       | 1997-10-01 | 1997-12-31
December 97                                 | 1997-12-01 | 1997-12-31
quarter 2018                                | 2018-01-01 | 2018-12-31
until yesterday                             | -          | 2026-10-30
up to the end of June 2018                  | -          | 2018-06-30
by the end of June                          | -          | 2026-06-30
all time                                    | -          | 2026-10-31
best sellers of all time                    | -          | 2026-10-31
have we ever sold this                      | -          | 2026-10-31
since the beginning                         | -          | 2026-10-31
on 3 May 2018                               | 2018-05-03 | 2018-05-03
3rd of May 2018                             | 2018-05-03 | 2018-05-03
the 3rd May 2018                            | 2018-05-03 | 2018-05-03
May 3, 2018                                 | 2018-05-03 | 2018-05-03
May 3rd, 2018                               | 2018-05-03 | 2018-05-03
May 3rd 2018                                | 2018-05-03 | 2018-05-03
on May 3rd                                  | 2026-05-03 | 2026-05-03
on 24 December                              | 2025-12-24 | 2025-12-24
2018-05-03                                  | 2018-05-03 | 2018-05-03
2018/05/03                                  | 2018-05-03 | 2018-05-03
2018-05-03T14:30:00Z                        | 2018-05-03 | 2018-05-03
3.5.2018                                    | 2018-05-03 | 2018-05-03
15.03.18                                    | 2018-03-15 | 2018-03-15
3/15/2018                                   | 2018-03-15 | 2018-03-15
15/3/2018                                   | 2018-03-15 | 2018-03-15
01-Mar-18                                   | 2018-03-01 | 2018-03-01
on the 15th                                 | 2026-10-15 | 2026-10-15
29 February                                 | 2024-02-29 | 2024-02-29
29 Feb 2020                                 | 2020-02-29 | 2020-02-29
the 4th of July                             | 2026-07-04 | 2026-07-04
last Friday                                 | 2026-10-30 | 2026-10-30
last Saturday                               | 2026-10-24 | 2026-10-24
on Friday                                   | 2026-10-30 | 2026-10-30
on Saturday                                 | 2026-10-31 | 2026-10-31
this Monday                                 | 2026-10-26 | 2026-10-26
next Monday                                 | 2026-11-02 | 2026-11-02
last weekend                                | 2026-10-24 | 2026-10-25
this weekend                                | 2026-10-31 | 2026-11-01
the week of 12 March 2018                   | 2018-03-12 | 2018-03-18
the week of March 14, 2018                  | 2018-03-12 | 2018-03-18
week commencing 12 March 2018               | 2018-03-12 | 2018-03-18
w/c 12 March 2018                           | 2018-03-12 | 2018-03-18
week ending 18 March 2018                   | 2018-03-12 | 2018-03-18
week 12 of 2018                             | 2018-03-19 | 2018-03-25
week 1 2018                                 | 2018-01-01 | 2018-01-07
week 1 of 2026                              | 2025-12-29 | 2026-01-04
week 53 of 2020                             | 2020-12-28 | 2021-01-03
2018-W12                                    | 2018-03-19 | 2018-03-25
KW 12 2018                                  | 2018-03-19 | 2018-03-25
week 40                                     | 2026-09-28 | 2026-10-04
week 50                                     | 2025-12-08 | 2025-12-14
first 10 days of March 2018                 | 2018-03-01 | 2018-03-10
last 10 days of March 2018                  | 2018-03-22 | 2018-03-31
first week of March 2018                    | 2018-03-01 | 2018-03-07
last week of March 2018                     | 2018-03-25 | 2018-03-31
first 3 months of 2018                      | 2018-01-01 | 2018-03-31
last two months of last year                | 2025-11-01 | 2025-12-31
first month of 2018                         | 2018-01-01 | 2018-01-31
second month of Q2 2018                     | 2018-05-01 | 2018-05-31
second to last month                        | 2026-08-01 | 2026-08-31
second last month of 2018                   | 2018-11-01 | 2018-11-30
the most recent month                       | 2026-09-01 | 2026-09-30
latest quarter                              | 2026-07-01 | 2026-09-30
by end of Q2                                | -          | 2026-06-30
last day of February 2020                   | 2020-02-29 | 2020-02-29
the last day of last month                  | 2026-09-30 | 2026-09-30
last Friday of November 2018                | 2018-11-30 | 2018-11-30
first Monday of March 2018                  | 2018-03-05 | 2018-03-05
rest of the year                            | 2026-11-01 | 2026-12-31
12 months to March 2018                     | 2017-04-01 | 2018-03-31
year ending 31 May 2018                     | 2017-06-01 | 2018-05-31
3 months before June 2018                   | 2018-03-01 | 2018-05-31
the week before Christmas 2018              | 2018-12-18 | 2018-12-24
the 7 days after Black Friday 2018          | 2018-11-24 | 2018-11-30
summer 2018                                 | 2018-06-01 | 2018-08-31
in the summer of 2018                       | 2018-06-01 | 2018-08-31
spring 2018                                 | 2018-03-01 | 2018-05-31
autumn 2018                                 | 2018-09-01 | 2018-11-30
fall 2018                                   | 2018-09-01 | 2018-11-30
last summer                                 | 2026-06-01 | 2026-08-31
last winter                                 | 2025-12-01 | 2026-02-28
winter 2018/19                              | 2018-12-01 | 2019-02-28
Christmas 2018                              | 2018-12-25 | 2018-12-25
last Christmas                              | 2025-12-25 | 2025-12-25
next Christmas                              | 2026-12-25 | 2026-12-25
Christmas Eve 2018                          | 2018-12-24 | 2018-12-24
New Year's Eve 2018                         | 2018-12-31 | 2018-12-31
Black Friday 2018                           | 2018-11-23 | 2018-11-23
Black Friday sales                          | 2025-11-28 | 2025-11-28
Cyber Monday 2018                           | 2018-11-26 | 2018-11-26
Thanksgiving 2018                           | 2018-11-22 | 2018-11-22
Easter 2018                                 | 2018-04-01 | 2018-04-01
Easter weekend 2019                         | 2019-04-19 | 2019-04-22
Good Friday 2019                            | 2019-04-19 | 2019-04-19
Valentine's Day 2018                        | 2018-02-14 | 2018-02-14
Mother's Day 2018                           | 2018-05-13 | 2018-05-13
Halloween 2018                              | 2018-10-31 | 2018-10-31
letzter Monat                               | 2026-09-01 | 2026-09-30
im letzten Jahr                             | 2025-01-01 | 2025-12-31
die letzten 30 Tage                         | 2026-10-01 | 2026-10-30
dieses Jahr                                 | 2026-01-01 | 2026-12-31
heute                                       | 2026-10-31 | 2026-10-31
gestern                                     | 2026-10-30 | 2026-10-30
im März 2018                                | 2018-03-01 | 2018-03-31
15. Mai 2018                                | 2018-05-15 | 2018-05-15
von April bis Juni 2018                     | 2018-04-01 | 2018-06-30
seit März 2018                              | 2018-03-01 | 2026-10-31
le mois dernier                             | 2026-09-01 | 2026-09-30
l'année dernière                            | 2025-01-01 | 2025-12-31
cette semaine                               | 2026-10-26 | 2026-11-01
les 30 derniers jours                       | 2026-10-01 | 2026-10-30
aujourd'hui                                 | 2026-10-31 | 2026-10-31
en août 2018                                | 2018-08-01 | 2018-08-31
el mes pasado                               | 2026-09-01 | 2026-09-30
este año                                    | 2026-01-01 | 2026-12-31
los últimos 30 días                         | 2026-10-01 | 2026-10-30
ayer                                        | 2026-10-30 | 2026-10-30
1 de mayo de 2018                           | 2018-05-01 | 2018-05-01
"""

# Wednesday 14 March 2018.
ON_A_WEDNESDAY = """
in March                                    | 2018-03-01 | 2018-03-31
this month                                  | 2018-03-01 | 2018-03-31
in April                                    | 2017-04-01 | 2017-04-30
Q2                                          | 2017-04-01 | 2017-06-30
last Friday                                 | 2018-03-09 | 2018-03-09
last Wednesday                              | 2018-03-07 | 2018-03-07
this Friday                                 | 2018-03-16 | 2018-03-16
next Friday                                 | 2018-03-16 | 2018-03-16
next Tuesday                                | 2018-03-20 | 2018-03-20
last weekend                                | 2018-03-10 | 2018-03-11
this weekend                                | 2018-03-17 | 2018-03-18
last 30 days                                | 2018-02-12 | 2018-03-13
last 3 months                               | 2017-12-01 | 2018-02-28
month to date                               | 2018-03-01 | 2018-03-14
last month to date                          | 2018-02-01 | 2018-02-14
YTD last year                               | 2017-01-01 | 2017-03-14
last quarter                                | 2017-10-01 | 2017-12-31
last half year                              | 2017-07-01 | 2017-12-31
from April to June                          | 2017-04-01 | 2017-06-30
since Christmas                             | 2017-12-25 | 2018-03-14
Black Friday                                | 2017-11-24 | 2017-11-24
on the 20th                                 | 2018-02-20 | 2018-02-20
on 5/3/2017                                 | 2017-03-05 | 2017-03-05
"""

# Thursday 29 February 2024.
ON_A_LEAP_DAY = """
today                                       | 2024-02-29 | 2024-02-29
last month                                  | 2024-01-01 | 2024-01-31
this month                                  | 2024-02-01 | 2024-02-29
a year ago today                            | 2023-02-28 | 2023-02-28
YTD last year                               | 2023-01-01 | 2023-02-28
last 365 days                               | 2023-03-01 | 2024-02-28
29 February                                 | 2024-02-29 | 2024-02-29
last year to date                           | 2023-01-01 | 2023-02-28
"""

# Thursday 1 January 2026.
ON_NEW_YEARS_DAY = """
yesterday                                   | 2025-12-31 | 2025-12-31
this week                                   | 2025-12-29 | 2026-01-04
last week                                   | 2025-12-22 | 2025-12-28
last month                                  | 2025-12-01 | 2025-12-31
last quarter                                | 2025-10-01 | 2025-12-31
last year                                   | 2025-01-01 | 2025-12-31
year to date                                | 2026-01-01 | 2026-01-01
in December                                 | 2025-12-01 | 2025-12-31
this winter                                 | 2025-12-01 | 2026-02-28
in January                                  | 2026-01-01 | 2026-01-31
week 1                                      | 2025-12-29 | 2026-01-04
on New Year's Day                           | 2026-01-01 | 2026-01-01
"""

# Saturday 31 October 2026; weeks begin on Sunday, fiscal years in July.
FISCAL = Calendar(week_start=7, fiscal_year_start=7, country="US")
WITH_ITS_OWN_CALENDAR = """
this week                                   | 2026-10-25 | 2026-10-31
last week                                   | 2026-10-18 | 2026-10-24
last 2 weeks                                | 2026-10-11 | 2026-10-24
week to date                                | 2026-10-25 | 2026-10-31
the week of 14 March 2018                   | 2018-03-11 | 2018-03-17
week 1 of 2026                              | 2026-01-04 | 2026-01-10
FY2025                                      | 2024-07-01 | 2025-06-30
FY25                                        | 2024-07-01 | 2025-06-30
FY 2025                                     | 2024-07-01 | 2025-06-30
FY24/25                                     | 2024-07-01 | 2025-06-30
FY2024-25                                   | 2024-07-01 | 2025-06-30
fiscal 2025                                 | 2024-07-01 | 2025-06-30
fiscal year 2025                            | 2024-07-01 | 2025-06-30
financial year 2024/25                      | 2024-07-01 | 2025-06-30
this fiscal year                            | 2026-07-01 | 2027-06-30
last fiscal year                            | 2025-07-01 | 2026-06-30
last financial year                         | 2025-07-01 | 2026-06-30
this fiscal quarter                         | 2026-10-01 | 2026-12-31
last fiscal quarter                         | 2026-07-01 | 2026-09-30
fiscal year to date                         | 2026-07-01 | 2026-10-31
this fiscal year to date                    | 2026-07-01 | 2026-10-31
FYTD                                        | 2026-07-01 | 2026-10-31
Q1 FY2025                                   | 2024-07-01 | 2024-09-30
FY2025 Q3                                   | 2025-01-01 | 2025-03-31
fiscal Q2 2025                              | 2024-10-01 | 2024-12-31
second quarter of fiscal year 2025          | 2024-10-01 | 2024-12-31
H1 FY25                                     | 2024-07-01 | 2024-12-31
first half of this fiscal year              | 2026-07-01 | 2026-12-31
Q1 2018                                     | 2018-01-01 | 2018-03-31
last 2 fiscal years                         | 2024-07-01 | 2026-06-30
this year                                   | 2026-01-01 | 2026-12-31
3/4/2018                                    | 2018-03-04 | 2018-03-04
on 5/3                                      | 2026-05-03 | 2026-05-03
Mother's Day 2018                           | 2018-05-13 | 2018-05-13
"""


def _cases(table: str, today: date, calendar: Calendar | None = None) -> list[object]:
    rows: list[object] = []
    for line in table.strip().splitlines():
        words, first, last = (cell.strip() for cell in line.split("|"))
        rows.append(pytest.param(words, first, last, today, calendar or Calendar(), id=f"{today}: {words}"))
    return rows


CASES = [
    *_cases(ON_A_SATURDAY, SATURDAY),
    *_cases(ON_A_WEDNESDAY, WEDNESDAY),
    *_cases(ON_A_LEAP_DAY, date(2024, 2, 29)),
    *_cases(ON_NEW_YEARS_DAY, date(2026, 1, 1)),
    *_cases(WITH_ITS_OWN_CALENDAR, SATURDAY, FISCAL),
]


def periods(text: str, today: date = SATURDAY, calendar: Calendar | None = None) -> list[PeriodSpan]:
    return find_periods(tokenize(text), today, calendar)


def days(span: PeriodSpan) -> tuple[str, str]:
    last = span.end and span.end - timedelta(days=1)
    return str(span.start or "-"), str(last or "-")


@pytest.mark.parametrize(("words", "first", "last", "today", "calendar"), CASES)
def test_words_mean_days(words: str, first: str, last: str, today: date, calendar: Calendar) -> None:
    found = periods(words, today, calendar)
    assert [days(span) for span in found] == [(first, last)]
    assert found[0].problem is None


@pytest.mark.parametrize(("words", "first", "last", "today", "calendar"), CASES)
def test_a_label_read_again_is_the_same_days(
    words: str, first: str, last: str, today: date, calendar: Calendar
) -> None:
    for span in periods(words, today, calendar):
        again = periods(span.label, today, calendar)
        assert again, span.label
        assert {days(other) for other in again} == {days(span)}, span.label


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(CASES) >= 250


@pytest.mark.parametrize(
    "words",
    [
        "top 2018 products",
        "customers with more than 2000 orders",
        "orders over $2000",
        "order number 2017",
        "sku 2018",
        "at least 2000 units",
        "2000 units sold",
        "1,999 orders",
        "which products may sell out",
        "may I see the orders",
        "sales on Mondays",
        "Fridays against Saturdays",
        "revenue by month",
        "monthly revenue",
        "christmas decorations by category",
        "summer dresses by revenue",
        "did sales fall in Germany",
        "spring water",
        "mayo and mars bars",
        'products named "last month"',
        "24/7 support",
        "same period last year",
        "the year before",
        "first order of each customer",
        "second hand goods",
        "days",
        "the week",
        "quarterly",
        "version 1.2.3",
        "half price",
        "A4 paper",
        "",
    ],
)
def test_what_only_looks_like_a_time_is_none(words: str) -> None:
    assert periods(words) == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("revenue on 31 February", "There is no 31 February."),
        ("February 30, 2018", "There is no 30 February."),
        ("2018-02-30", "There is no 30 February."),
        ("30.02.2018", "There is no 30 February."),
        ("29 Feb 2019", "There is no 29 February in 2019."),
        ("2019-02-29", "There is no 29 February in 2019."),
        ("32 March 2018", "There is no 32 March."),
        ("2018-13-01", "There is no month 13."),
        ("20/20/2020", "There is no month 20."),
        ("month 13", "There is no month 13."),
        ("13/2018", "There is no month 13."),
        ("2018-13", "There is no month 13."),
        ("sales in Q5", "There is no quarter 5: a year has 4."),
        ("Q0 2018", "There is no quarter 0: a year has 4."),
        ("H3 2018", "There is no half 3: a year has 2."),
        ("fifth quarter of 2018", "There is no quarter 5: a year has 4."),
        ("week 54 of 2018", "There is no week 54 in 2018."),
        ("week 53 of 2018", "There is no week 53 in 2018."),
        ("from 2018 to 2016", "The period ends before it begins."),
        ("from June 2018 to April 2018", "The period ends before it begins."),
        ("between 15 March 2018 and 1 March 2018", "The period ends before it begins."),
        ("from 30 February to 3 March 2018", "There is no 30 February."),
        ("since 31 June", "There is no 31 June."),
        ("last 0 days", "Zero days are no period."),
        ("last 5000 years", "Only the years 1900 to 2199 can be counted."),
        ("next 999999999999999 days", "Only the years 1900 to 2199 can be counted."),
        ("last 24 hours", "The shortest period that can be counted is a day."),
        ("recently", "“recently” does not say how long ago."),
        ("early 2018", "“early 2018” does not say which days."),
        ("the end of March 2018", "“end of March 2018” does not say which days."),
        ("last 40 days of February 2018", "1 – 28 February 2018 has no 40 days."),
        ("fifth Monday of February 2018", "February 2018 has no such weekday."),
    ],
)
def test_an_impossible_or_vague_time_is_said_to_be_one(words: str, problem: str) -> None:
    [span] = periods(words)
    assert span.problem == problem
    assert (span.start, span.end, span.kind, span.complete) == (None, None, None, False)


@pytest.mark.parametrize(
    ("words", "first", "second"),
    [
        ("2017 and 2018", ("2017-01-01", "2017-12-31"), ("2018-01-01", "2018-12-31")),
        ("2017 vs. 2018", ("2017-01-01", "2017-12-31"), ("2018-01-01", "2018-12-31")),
        ("2017, 2018", ("2017-01-01", "2017-12-31"), ("2018-01-01", "2018-12-31")),
        ("March and April 2018", ("2018-03-01", "2018-03-31"), ("2018-04-01", "2018-04-30")),
        ("March 2018 and April", ("2018-03-01", "2018-03-31"), ("2018-04-01", "2018-04-30")),
        ("December and January 2018", ("2017-12-01", "2017-12-31"), ("2018-01-01", "2018-01-31")),
        ("December 2017 and January", ("2017-12-01", "2017-12-31"), ("2018-01-01", "2018-01-31")),
        ("March vs January 2018", ("2018-03-01", "2018-03-31"), ("2018-01-01", "2018-01-31")),
        ("December vs March 2026", ("2025-12-01", "2025-12-31"), ("2026-03-01", "2026-03-31")),
        ("Q1 vs Q2 2018", ("2018-01-01", "2018-03-31"), ("2018-04-01", "2018-06-30")),
        ("Q1 2018 and Q1 2017", ("2018-01-01", "2018-03-31"), ("2017-01-01", "2017-03-31")),
        ("Q1 and Q2 of last year", ("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30")),
        ("3 May and 4 May 2018", ("2018-05-03", "2018-05-03"), ("2018-05-04", "2018-05-04")),
        ("compare March to April 2018", ("2018-03-01", "2018-03-31"), ("2018-04-01", "2018-04-30")),
        ("difference between 2017 and 2018", ("2017-01-01", "2017-12-31"), ("2018-01-01", "2018-12-31")),
        ("growth from 2017 to 2018", ("2017-01-01", "2017-12-31"), ("2018-01-01", "2018-12-31")),
        ("this month vs last month", ("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),
        (
            "compare from January to March 2018 with April to June 2018",
            ("2018-01-01", "2018-03-31"),
            ("2018-04-01", "2018-06-30"),
        ),
    ],
)
def test_two_periods_side_by_side(words: str, first: tuple[str, str], second: tuple[str, str]) -> None:
    assert [days(span) for span in periods(words)] == [first, second]


class TestWhatIsKnownOfAPeriod:
    @pytest.mark.parametrize(
        ("words", "kind", "complete"),
        [
            ("last month", "past", True),
            ("yesterday", "past", True),
            ("before 2017", "past", True),
            ("today", "current", False),
            ("this year", "current", False),
            ("month to date", "current", False),
            ("since March 2018", "current", False),
            ("H2", "current", False),
            ("next week", "future", False),
            ("after next month", "future", False),
            ("2026 to 2027", "mixed", False),
        ],
    )
    def test_where_it_lies(self, words: str, kind: str, complete: bool) -> None:
        [span] = periods(words)
        assert (span.kind, span.complete) == (kind, complete)

    @pytest.mark.parametrize(
        ("words", "grain"),
        [
            ("yesterday", "day"),
            ("last 30 days", "day"),
            ("last week", "week"),
            ("last 3 months", "month"),
            ("April to June 2018", "month"),
            ("Q1 2018", "quarter"),
            ("H1 2018", "quarter"),
            ("2018", "year"),
            ("since 2017", "year"),
            ("1 March to May 2018", "day"),
        ],
    )
    def test_the_unit_it_counts_in(self, words: str, grain: str) -> None:
        assert [span.grain for span in periods(words)] == [grain]

    @pytest.mark.parametrize(
        ("words", "label"),
        [
            ("last month", "September 2026"),
            ("this quarter", "Q4 2026"),
            ("last year", "2025"),
            ("last week", "the week of 19 October 2026"),
            ("yesterday", "yesterday (30 October 2026)"),
            ("last 30 days", "the last 30 days (1 – 30 October 2026)"),
            ("last 3 months", "the last 3 months (July – September 2026)"),
            ("MTD", "month to date (1 – 31 October 2026)"),
            ("between 1 March and 15 April 2018", "1 March – 15 April 2018"),
            ("Dec 2017 to Feb 2018", "December 2017 – February 2018"),
            ("from 2016 to 2018", "2016 – 2018"),
            ("Black Friday 2018", "Black Friday 2018 (23 November 2018)"),
            ("before 2017", "before 1 January 2017"),
            ("until June 2018", "until 30 June 2018"),
        ],
    )
    def test_its_name(self, words: str, label: str) -> None:
        assert [span.label for span in periods(words)] == [label]

    def test_a_fiscal_year_is_named_after_the_year_it_ends_in(self) -> None:
        [span] = periods("fiscal 2025", calendar=FISCAL)
        assert span.label == "FY2025 (July 2024 – June 2025)"

    def test_the_words_it_covers_leave_prepositions_out(self) -> None:
        text = "revenue in the last 30 days by product"
        tokens = tokenize(text)
        [span] = find_periods(tokens, SATURDAY)
        assert text[tokens[span.tokens.start].start : tokens[span.tokens.stop - 1].end] == "last 30 days"

    def test_how_far_from_today(self) -> None:
        [span] = periods("two quarters ago")
        assert span.offset is not None
        assert (span.offset.unit, span.offset.count) == ("quarter", -2)
        assert periods("March 2018")[0].offset is None

    def test_whether_a_year_was_said(self) -> None:
        assert [span.year_given for span in periods("March 2018; October")] == [True, False]


class TestOtherReadings:
    def test_a_date_in_digits_can_have_either_order(self) -> None:
        [span] = periods("03/04/2018")
        assert days(span) == ("2018-04-03", "2018-04-03")
        assert [p.start for p in span.alternatives] == [date(2018, 3, 4)]

    @pytest.mark.parametrize(("country", "start"), [("US", date(2018, 3, 4)), ("GB", date(2018, 4, 3))])
    def test_the_country_settles_the_order(self, country: str, start: date) -> None:
        [span] = periods("03/04/2018", calendar=Calendar(country=country))
        assert (span.start, span.alternatives) == (start, ())

    @pytest.mark.parametrize("words", ["15/3/2018", "3/3/2018", "2018-03-04", "03.04.2018"])
    def test_a_date_that_can_be_read_one_way_has_no_other(self, words: str) -> None:
        assert periods(words)[0].alternatives == ()

    def test_past_month_may_be_the_days_up_to_yesterday(self) -> None:
        [span] = periods("over the past month")
        assert [(p.start, p.end) for p in span.alternatives] == [(date(2026, 9, 30), SATURDAY)]

    def test_next_friday_said_early_in_the_week(self) -> None:
        [span] = periods("next Friday", WEDNESDAY)
        assert [p.start for p in span.alternatives] == [date(2018, 3, 23)]

    def test_the_winter_of_one_year_begins_or_ends_in_it(self) -> None:
        [span] = periods("winter 2018")
        assert days(span) == ("2018-12-01", "2019-02-28")
        assert [p.start for p in span.alternatives] == [date(2017, 12, 1)]

    def test_a_quarter_may_be_fiscal_where_years_begin_in_july(self) -> None:
        [span] = periods("Q1 2018", calendar=FISCAL)
        assert [p.start for p in span.alternatives] == [date(2017, 7, 1)]

    def test_a_year_and_two_digits(self) -> None:
        [span] = periods("2010-11")
        assert days(span) == ("2010-11-01", "2010-11-30")
        assert [(p.start, p.end) for p in span.alternatives] == [(date(2010, 1, 1), date(2012, 1, 1))]

    def test_a_vague_time_offers_what_it_could_be(self) -> None:
        assert [p.label for p in periods("early 2018")[0].alternatives] == ["2018"]
        assert len(periods("lately")[0].alternatives) == 2

    def test_a_range_that_runs_past_today_may_be_the_one_a_year_before(self) -> None:
        [span] = periods("from September to December")
        assert days(span) == ("2026-09-01", "2026-12-31")
        assert [(p.start, p.end) for p in span.alternatives] == [(date(2025, 9, 1), date(2026, 1, 1))]


def test_a_forecast_looks_ahead() -> None:
    tokens = tokenize("December and Q1")
    assert [days(span) for span in find_periods(tokens, SATURDAY, prefer="future")] == [
        ("2026-12-01", "2026-12-31"),
        ("2027-01-01", "2027-03-31"),
    ]


def test_seasons_change_places_south_of_the_equator() -> None:
    [span] = periods("summer 2018", calendar=Calendar(country="AU"))
    assert days(span) == ("2018-12-01", "2019-02-28")


def test_mothering_sunday_and_canadian_thanksgiving() -> None:
    assert periods("Mother's Day 2018", calendar=Calendar(country="GB"))[0].start == date(2018, 3, 11)
    assert periods("Thanksgiving 2018", calendar=Calendar(country="CA"))[0].start == date(2018, 10, 8)
