"""An estate agency: an asking and a selling price, an agent who lists and an agent who sells, units in the names of
columns, states with underscores, months first in dates. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2023, 1, 1), date(2025, 6, 30), date(2025, 7, 2)

TABLES = {
    "offices": "office_id INTEGER PRIMARY KEY, office_name TEXT, city TEXT",
    "agents": "agent_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, office_id INTEGER REFERENCES offices(office_id), hire_date TEXT, commission_rate REAL",
    "properties": "property_id INTEGER PRIMARY KEY, street_address TEXT, neighborhood TEXT, property_type TEXT, bedrooms INTEGER, bathrooms INTEGER, living_area_sqm INTEGER, year_built INTEGER, has_garden INTEGER, has_parking INTEGER",
    "listings": "listing_id INTEGER PRIMARY KEY, property_id INTEGER REFERENCES properties(property_id), listing_agent_id INTEGER REFERENCES agents(agent_id), listing_type TEXT, listed_on TEXT, asking_price_usd INTEGER, listing_status TEXT, withdrawn_on TEXT",
    "sales": "sale_id INTEGER PRIMARY KEY, listing_id INTEGER REFERENCES listings(listing_id), selling_agent_id INTEGER REFERENCES agents(agent_id), buyer_name TEXT, offer_date TEXT, closing_date TEXT, sale_price_usd INTEGER, commission_usd INTEGER, financing TEXT",
    "viewings": "viewing_id INTEGER PRIMARY KEY, listing_id INTEGER REFERENCES listings(listing_id), agent_id INTEGER REFERENCES agents(agent_id), viewed_on TEXT, duration_minutes INTEGER, outcome TEXT",
}  # fmt: skip


def _us(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    offices = [{"office_id": i, "office_name": n, "city": c} for i, (n, c) in enumerate((("Downtown", "Austin"), ("Lakeside", "Austin"), ("Uptown", "Dallas")), 1)]  # fmt: skip
    agents = [{"agent_id": i, "first_name": n.split()[0], "last_name": n.split()[1], "office_id": 1 + i % 3, "hire_date": _us(date(2015 + i, 1 + i, 13)), "commission_rate": 0.02 + 0.005 * (i % 3)} for i, n in enumerate(("Maria Lopez", "James Reed", "Anh Tran", "Kate Quinn", "Leo Marsh", "Nora Falk", "Dev Rao"), 1)]  # fmt: skip
    properties: list[Row] = [{"property_id": i, "street_address": f"{i} Elm Street", "neighborhood": draw.choice(("Riverside", "Old Town", "Hillcrest", "Westpark")), "property_type": draw.choices(("house", "apartment", "townhouse", "land"), (5, 5, 2, 1))[0], "bedrooms": draw.randint(1, 5), "bathrooms": draw.randint(1, 3), "living_area_sqm": draw.randint(40, 260), "year_built": draw.randint(1950, 2022), "has_garden": int(draw.random() < 0.5), "has_parking": int(draw.random() < 0.6)} for i in range(1, 501)]  # fmt: skip
    listings: list[Row] = []
    sales: list[Row] = []
    viewings: list[Row] = []
    for i in range(1, 651):
        when = _FIRST + timedelta(days=draw.randint(0, span - 5))
        asking = draw.randrange(120_000, 900_000, 5_000)
        status = draw.choices(("active", "sold", "withdrawn", "under_offer"), (3, 5, 1, 1))[0]
        closing = when + timedelta(days=draw.randint(30, 150))
        status = "active" if status == "sold" and closing > _LAST else status
        gone = when + timedelta(days=draw.randint(1, 60))
        status = "active" if status == "withdrawn" and gone > _LAST else status
        listings.append({"listing_id": i, "property_id": draw.randint(1, 500), "listing_agent_id": draw.randint(1, 7), "listing_type": draw.choices(("exclusive", "open"), (3, 1))[0], "listed_on": _us(when), "asking_price_usd": asking, "listing_status": status, "withdrawn_on": _us(gone) if status == "withdrawn" else None})  # fmt: skip
        if status == "sold":
            price = int(asking * draw.uniform(0.9, 1.05))
            sales.append({"sale_id": len(sales) + 1, "listing_id": i, "selling_agent_id": draw.randint(1, 7), "buyer_name": f"Buyer {i}", "offer_date": _us(closing - timedelta(days=25)), "closing_date": _us(closing), "sale_price_usd": price, "commission_usd": int(price * 0.025), "financing": draw.choices(("mortgage", "cash"), (4, 1))[0]})  # fmt: skip
        for _ in range(draw.randint(0, 6)):
            seen = when + timedelta(days=draw.randint(1, 29))
            if seen <= _LAST:
                viewings.append({"viewing_id": len(viewings) + 1, "listing_id": i, "agent_id": draw.randint(1, 7), "viewed_on": _us(seen), "duration_minutes": draw.choice((15, 20, 30, 45)), "outcome": draw.choices(("interested", "not_interested", "no_show"), (4, 5, 1))[0]})  # fmt: skip
    return {"offices": offices, "agents": agents, "properties": properties, "listings": listings, "sales": sales, "viewings": viewings}  # fmt: skip


_SP = "FROM sales JOIN listings USING (listing_id) JOIN properties USING (property_id)"
_LP = "FROM listings JOIN properties USING (property_id)"

QUESTIONS = (
    Asked("how many active listings do we have", "SELECT count(*) FROM listings WHERE listing_status = 'active'"),
    Asked("listings by status", "SELECT listing_status, count(*) FROM listings GROUP BY 1"),
    Asked("how many listings are under offer", "SELECT count(*) FROM listings WHERE listing_status = 'under_offer'"),
    Asked("how many new listings did we get in 2024", "SELECT count(*) FROM listings WHERE listed_on LIKE '%2024'"),
    Asked("new listings per month in 2025", "SELECT '2025-' || substr(listed_on, 1, 2) || '-01', count(*) FROM listings WHERE listed_on LIKE '%2025' GROUP BY 1"),
    Asked("average asking price", "SELECT avg(asking_price_usd) FROM listings"),
    Asked("average asking price by neighborhood", f"SELECT neighborhood, avg(asking_price_usd) {_LP} GROUP BY 1"),
    Asked("average asking price of houses", f"SELECT avg(asking_price_usd) {_LP} WHERE property_type = 'house'"),
    Asked("average sale price", "SELECT avg(sale_price_usd) FROM sales"),
    Asked("total sale price in 2024", "SELECT sum(sale_price_usd) FROM sales WHERE closing_date LIKE '%2024'"),
    Asked("how many sales did we close in 2024", "SELECT count(*) FROM sales WHERE closing_date LIKE '%2024'"),
    Asked("sales closed in May 2025", "SELECT count(*) FROM sales WHERE closing_date LIKE '05/%2025'"),
    Asked("how many sales were there in total", "SELECT count(*) FROM sales"),
    Asked("how much commission did we earn in 2024", "SELECT sum(commission_usd) FROM sales WHERE closing_date LIKE '%2024'"),
    Asked("total commission", "SELECT sum(commission_usd) FROM sales"),
    Asked("commission by selling agent", "SELECT first_name || ' ' || last_name, sum(commission_usd) FROM sales JOIN agents ON agent_id = selling_agent_id GROUP BY 1"),
    Asked("sales by selling agent", "SELECT first_name || ' ' || last_name, count(*) FROM sales JOIN agents ON agent_id = selling_agent_id GROUP BY 1"),
    Asked("which selling agent had the most sales", "SELECT first_name || ' ' || last_name, count(*) FROM sales JOIN agents ON agent_id = selling_agent_id GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("listings by listing agent", "SELECT first_name || ' ' || last_name, count(*) FROM listings JOIN agents ON agent_id = listing_agent_id GROUP BY 1"),
    Asked("how many cash sales", "SELECT count(*) FROM sales WHERE financing = 'cash'"),
    Asked("sales by property type", f"SELECT property_type, count(*) {_SP} GROUP BY 1"),
    Asked("average sale price by neighborhood", f"SELECT neighborhood, avg(sale_price_usd) {_SP} GROUP BY 1"),
    Asked("average sale price of apartments in Old Town", f"SELECT avg(sale_price_usd) {_SP} WHERE property_type = 'apartment' AND neighborhood = 'Old Town'"),
    Asked("how many houses do we have", "SELECT count(*) FROM properties WHERE property_type = 'house'"),
    Asked("properties by neighborhood", "SELECT neighborhood, count(*) FROM properties GROUP BY 1"),
    Asked("how many properties have a garden", "SELECT count(*) FROM properties WHERE has_garden = 1"),
    Asked("how many properties with 4 bedrooms", "SELECT count(*) FROM properties WHERE bedrooms = 4"),
    Asked("average living area by property type", "SELECT property_type, avg(living_area_sqm) FROM properties GROUP BY 1"),
    Asked("properties by number of bedrooms", "SELECT cast(bedrooms AS TEXT), count(*) FROM properties GROUP BY 1"),
    Asked("viewings last month", "SELECT count(*) FROM viewings WHERE viewed_on LIKE '06/%2025'"),
    Asked("how many viewings did each agent do", "SELECT first_name || ' ' || last_name, count(*) FROM viewings JOIN agents USING (agent_id) GROUP BY 1"),
    Asked("viewings by outcome", "SELECT outcome, count(*) FROM viewings GROUP BY 1"),
    Asked("how many viewings were no shows", "SELECT count(*) FROM viewings WHERE outcome = 'no_show'"),
    Asked("average duration of viewings", "SELECT avg(duration_minutes) FROM viewings"),
    Asked("average viewing duration by agent", "SELECT first_name || ' ' || last_name, avg(duration_minutes) FROM viewings JOIN agents USING (agent_id) GROUP BY 1"),
    Asked("how many agents work in the Uptown office", "SELECT count(*) FROM agents WHERE office_id = 3"),
    Asked("agents per office", "SELECT office_name, count(*) FROM agents JOIN offices USING (office_id) GROUP BY 1"),
    Asked("average commission rate", "SELECT avg(commission_rate) FROM agents"),
    Asked("how many listings were withdrawn in 2024", "SELECT count(*) FROM listings WHERE withdrawn_on LIKE '%2024'"),
    Asked("how many exclusive listings do we have in Riverside", f"SELECT count(*) {_LP} WHERE listing_type = 'exclusive' AND neighborhood = 'Riverside'"),
    Asked("how many rentals do we have", None),
    Asked("average days on market", None),
    Asked("how many keys are out", None),
    Asked("sales by agent", None),
)  # fmt: skip


def estate(seed: int = 44) -> World:
    """The estate agency with its questions."""
    return World("Estate", TODAY, TABLES, _rows(seed), QUESTIONS)
