"""A football league: a match has a home and an away team, a player a team and goals with a minute, contracts with
several dates, transfers between two teams, decimals with a comma in text. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2023, 8, 5), date(2025, 5, 24), date(2025, 5, 30)

TABLES = {
    "Stadium": "Id INTEGER PRIMARY KEY, StadiumName TEXT, City TEXT, Capacity INTEGER",
    "Team": "Id INTEGER PRIMARY KEY, TeamName TEXT, Founded INTEGER, HomeStadiumId INTEGER REFERENCES Stadium(Id), Coach TEXT",
    "Player": "Id INTEGER PRIMARY KEY, PlayerName TEXT, TeamId INTEGER REFERENCES Team(Id), Position TEXT, Nationality TEXT, BirthDate TEXT, HeightCm INTEGER, WeeklyWage INTEGER, IsInjured TEXT",
    "Referee": "Id INTEGER PRIMARY KEY, RefereeName TEXT",
    "Match": "Id INTEGER PRIMARY KEY, Season TEXT, MatchDay INTEGER, KickOff TEXT, HomeTeamId INTEGER REFERENCES Team(Id), AwayTeamId INTEGER REFERENCES Team(Id), StadiumId INTEGER REFERENCES Stadium(Id), RefereeId INTEGER REFERENCES Referee(Id), HomeGoals INTEGER, AwayGoals INTEGER, Attendance INTEGER, TicketRevenue REAL, WasPostponed INTEGER",
    "Goal": "Id INTEGER PRIMARY KEY, MatchId INTEGER REFERENCES Match(Id), PlayerId INTEGER REFERENCES Player(Id), Minute INTEGER, GoalType TEXT",
    "Card": "Id INTEGER PRIMARY KEY, MatchId INTEGER REFERENCES Match(Id), PlayerId INTEGER REFERENCES Player(Id), Colour TEXT, Minute INTEGER",
    "Transfer": "Id INTEGER PRIMARY KEY, PlayerId INTEGER REFERENCES Player(Id), FromTeamId INTEGER REFERENCES Team(Id), ToTeamId INTEGER REFERENCES Team(Id), TransferDate TEXT, FeeEur INTEGER, LoanUntil TEXT",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    stadiums = [{"Id": i, "StadiumName": n, "City": c, "Capacity": k} for i, (n, c, k) in enumerate((("North Park", "Ashford", 21000), ("Dockside", "Portham", 34000), ("The Oval", "Ashford", 15500), ("Mill Lane", "Kingsby", 12400), ("Riverfield", "Wexley", 27000), ("Sunny Bank", "Wexley", 9000)), 1)]  # fmt: skip
    teams = [{"Id": i, "TeamName": n, "Founded": y, "HomeStadiumId": i, "Coach": w} for i, (n, y, w) in enumerate((("Ashford United", 1895, "Pia Holt"), ("Portham City", 1901, "Rob Nye"), ("Ashford Rovers", 1912, "Gus Arp"), ("Kingsby Town", 1888, "Ivo Lang"), ("Wexley Athletic", 1924, "Max Orr"), ("Wexley Vale", 1931, "Sue Dorn")), 1)]  # fmt: skip
    players: list[Row] = [{"Id": i, "PlayerName": f"{draw.choice(('Alan', 'Boris', 'Carlos', 'Diego'))} {chr(65 + i % 26)}{i}", "TeamId": 1 + i % 6, "Position": ("Goalkeeper", "Defender", "Midfielder", "Forward")[min(i % 7, 3)], "Nationality": draw.choice(("England", "Spain", "Brazil", "Ghana")), "BirthDate": f"{1990 + i % 15}-03-0{1 + i % 9}", "HeightCm": draw.randint(165, 200), "WeeklyWage": draw.randrange(2000, 60000, 500), "IsInjured": draw.choices(("no", "yes"), (9, 1))[0]} for i in range(1, 133)]  # fmt: skip
    referees = [{"Id": i, "RefereeName": n} for i, n in enumerate(("Ed Stern", "Flo Banks", "Gil Moss"), 1)]
    matches: list[Row] = []
    goals: list[Row] = []
    cards: list[Row] = []
    for season, start in (("2023/24", date(2023, 8, 5)), ("2024/25", date(2024, 8, 10))):
        pairs = [(h, a) for h in range(1, 7) for a in range(1, 7) if h != a] * 4
        draw.shuffle(pairs)
        for n, (home, away) in enumerate(pairs):
            number = len(matches) + 1
            h, a = draw.choices((0, 1, 2, 3), (3, 4, 3, 1))[0], draw.choices((0, 1, 2, 3), (4, 4, 2, 1))[0]
            gate = int(int(stadiums[home - 1]["Capacity"]) * draw.uniform(0.4, 0.99))
            matches.append({"Id": number, "Season": season, "MatchDay": n // 3 + 1, "KickOff": f"{start + timedelta(days=n // 3 * 7)} 15:30", "HomeTeamId": home, "AwayTeamId": away, "StadiumId": home, "RefereeId": draw.randint(1, 3), "HomeGoals": h, "AwayGoals": a, "Attendance": gate, "TicketRevenue": round(gate * 21.5, 2), "WasPostponed": int(draw.random() < 0.05)})  # fmt: skip
            for team, count in ((home, h), (away, a)):
                squad = [p["Id"] for p in players if p["TeamId"] == team]
                for _ in range(count):
                    goals.append({"Id": len(goals) + 1, "MatchId": number, "PlayerId": squad[min(int(draw.expovariate(0.3)), len(squad) - 1)], "Minute": draw.randint(1, 90), "GoalType": draw.choices(("open play", "penalty", "free kick"), (7, 2, 1))[0]})  # fmt: skip
                for _ in range(draw.randint(0, 3)):
                    cards.append({"Id": len(cards) + 1, "MatchId": number, "PlayerId": draw.choice(squad), "Colour": draw.choices(("yellow", "red"), (9, 1))[0], "Minute": draw.randint(5, 90)})  # fmt: skip
    transfers: list[Row] = [{"Id": i, "PlayerId": draw.randint(1, 132), "FromTeamId": (f := draw.randint(1, 6)), "ToTeamId": f % 6 + 1, "TransferDate": (_FIRST + timedelta(days=draw.randint(0, 600))).isoformat(), "FeeEur": draw.randrange(0, 9_000_000, 50_000), "LoanUntil": None} for i in range(1, 91)]  # fmt: skip
    return {"Stadium": stadiums, "Team": teams, "Player": players, "Referee": referees, "Match": matches, "Goal": goals, "Card": cards, "Transfer": transfers}  # fmt: skip


_GP = "FROM Goal g JOIN Player p ON p.Id = PlayerId"

QUESTIONS = (
    Asked("how many matches were played", "SELECT count(*) FROM Match"),
    Asked("matches by season", "SELECT Season, count(*) FROM Match GROUP BY 1"),
    Asked("how many matches in the 2024/25 season", "SELECT count(*) FROM Match WHERE Season = '2024/25'"),
    Asked("matches per month in 2024", "SELECT substr(KickOff, 1, 7) || '-01', count(*) FROM Match WHERE KickOff LIKE '2024%' GROUP BY 1"),
    Asked("total attendance in 2024", "SELECT sum(Attendance) FROM Match WHERE KickOff LIKE '2024%'"),
    Asked("average attendance", "SELECT avg(Attendance) FROM Match"),
    Asked("average attendance by stadium", "SELECT StadiumName, avg(Attendance) FROM Match JOIN Stadium s ON s.Id = StadiumId GROUP BY 1"),
    Asked("average attendance by home team", "SELECT TeamName, avg(Attendance) FROM Match JOIN Team t ON t.Id = HomeTeamId GROUP BY 1"),
    Asked("which stadium had the highest average attendance", "SELECT StadiumName, avg(Attendance) FROM Match JOIN Stadium s ON s.Id = StadiumId GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("ticket revenue by home team", "SELECT TeamName, sum(TicketRevenue) FROM Match JOIN Team t ON t.Id = HomeTeamId GROUP BY 1"),
    Asked("total ticket revenue in 2025", "SELECT sum(TicketRevenue) FROM Match WHERE KickOff LIKE '2025%'"),
    Asked("home goals by home team", "SELECT TeamName, sum(HomeGoals) FROM Match JOIN Team t ON t.Id = HomeTeamId GROUP BY 1"),
    Asked("total away goals", "SELECT sum(AwayGoals) FROM Match"),
    Asked("average home goals per match", "SELECT avg(HomeGoals) FROM Match"),
    Asked("how many goals were scored", "SELECT count(*) FROM Goal"),
    Asked("goals by team", f"SELECT TeamName, count(*) {_GP} JOIN Team t ON t.Id = TeamId GROUP BY 1"),
    Asked("top 10 players by goals", f"SELECT PlayerName, count(*) {_GP} GROUP BY p.Id ORDER BY 2 DESC, 1 LIMIT 10"),
    Asked("who scored the most goals", None),
    Asked("how many penalties were there", "SELECT count(*) FROM Goal WHERE GoalType = 'penalty'"),
    Asked("goals by goal type", "SELECT GoalType, count(*) FROM Goal GROUP BY 1"),
    Asked("goals by position", f"SELECT Position, count(*) {_GP} GROUP BY 1"),
    Asked("how many goals did Portham City score in 2024", None),
    Asked("red cards by team", "SELECT TeamName, count(*) FROM Card c JOIN Player p ON p.Id = PlayerId JOIN Team t ON t.Id = TeamId WHERE Colour = 'red' GROUP BY 1"),
    Asked("how many yellow cards were given in 2024", "SELECT count(*) FROM Card c JOIN Match m ON m.Id = MatchId WHERE Colour = 'yellow' AND KickOff LIKE '2024%'"),
    Asked("cards by colour", "SELECT Colour, count(*) FROM Card GROUP BY 1"),
    Asked("cards by referee", "SELECT RefereeName, count(*) FROM Card c JOIN Match m ON m.Id = MatchId JOIN Referee r ON r.Id = RefereeId GROUP BY 1"),
    Asked("players by team", "SELECT TeamName, count(*) FROM Player JOIN Team t ON t.Id = TeamId GROUP BY 1"),
    Asked("how many defenders does Kingsby Town have", "SELECT count(*) FROM Player WHERE TeamId = 4 AND Position = 'Defender'"),
    Asked("players by nationality", "SELECT Nationality, count(*) FROM Player GROUP BY 1"),
    Asked("how many players come from Ghana", "SELECT count(*) FROM Player WHERE Nationality = 'Ghana'"),
    Asked("average height by position", "SELECT Position, avg(HeightCm) FROM Player GROUP BY 1"),
    Asked("average weekly wage by team", "SELECT TeamName, avg(WeeklyWage) FROM Player JOIN Team t ON t.Id = TeamId GROUP BY 1"),
    Asked("total weekly wage of Wexley Vale", "SELECT sum(WeeklyWage) FROM Player WHERE TeamId = 6"),
    Asked("how many players are injured", "SELECT count(*) FROM Player WHERE IsInjured = 'yes'"),
    Asked("how many transfers in 2024", "SELECT count(*) FROM Transfer WHERE TransferDate LIKE '2024%'"),
    Asked("total transfer fees in 2024", "SELECT sum(FeeEur) FROM Transfer WHERE TransferDate LIKE '2024%'"),
    Asked("transfer fees to Portham City", "SELECT sum(FeeEur) FROM Transfer WHERE ToTeamId = 2"),
    Asked("average transfer fee", "SELECT avg(FeeEur) FROM Transfer"),
    Asked("biggest stadium by capacity", "SELECT StadiumName, Capacity FROM Stadium ORDER BY 2 DESC LIMIT 1"),
    Asked("how many matches were postponed", "SELECT count(*) FROM Match WHERE WasPostponed = 1"),
    Asked("how many teams are in the league", "SELECT count(*) FROM Team"),
    Asked("matches by team", None),
    Asked("how many points does Ashford United have", None),
    Asked("possession by team", None),
)  # fmt: skip


def league(seed: int = 48) -> World:
    """The league with its questions."""
    return World("League", TODAY, TABLES, _rows(seed), QUESTIONS)
