"""What the questions of northwind_blind_de come to, by polars on the source files."""

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def _month(shop: Shop, month: str) -> Shop:
    """A month of thirty or thirty-one days, as "1998-04"; no question is about a February."""
    return shop.between(f"{month}-01", f"{month}-{30 if month[-2:] in ('04', '06', '09', '11') else 31}")


def _net(shop: Shop) -> float:
    return float(shop.figures("net_sales").item())


EXPECTED: dict[str, Oracle] = {
    "umsatz-1997": lambda shop: _1997(shop).figures("net_sales"),
    "letzter-monat": lambda shop: _month(shop, "1998-04").figures("net_sales"),
    "letzter-monat/2": lambda shop: _month(shop, "1998-03").figures("net_sales"),
    "gestern": lambda shop: shop.between("1998-05-05", "1998-05-05").figures("net_sales"),
    "letzte-woche": lambda shop: shop.between("1998-04-27", "1998-05-03").figures("net_sales"),
    "bestellungen-30-tage": lambda shop: shop.between("1998-04-06", "1998-05-05").figures("orders"),
    "nancy-drei-monate": lambda shop: (
        shop.between("1998-02-01", "1998-04-30").where(salesperson="Nancy Davolio").figures("net_sales")
    ),
    "quartal-zusammen": lambda shop: shop.between("1998-01-01", "1998-03-31").figures("net_sales"),
    "monate-1997": lambda shop: _1997(shop).figures("net_sales", by="month"),
    "monate-1997/2": lambda shop: _1997(shop).where(category="Beverages").figures("net_sales", by="month"),
    "monate-1997/3": lambda shop: _1997(shop).where(category="Beverages").figures("units", by="month"),
    "versender": lambda shop: _1997(shop).figures("orders", by="ship_method"),
    "fracht-quartale": lambda shop: _1997(shop).figures("shipping", by="quarter"),
    "zwei-jahre": lambda shop: shop.between("1996-01-01", "1997-12-31").figures("orders", by="year"),
    "deutschland-1997": lambda shop: _1997(shop).where(country="Germany").figures("net_sales"),
    "deutschland-1997/2": lambda shop: _1997(shop).where(country="France").figures("net_sales"),
    "deutschland-1997/3": lambda shop: _1997(shop).where(country="France").figures("orders"),
    "ernst-handel": lambda shop: (
        shop.between("1998-01-01", "1998-05-06").where(customer_name="Ernst Handel").figures("net_sales")
    ),
    "london": lambda shop: _1997(shop).where(city="London").figures("net_sales"),
    "seafood-schweden": lambda shop: _1997(shop).where(category="Seafood", country="Sweden").figures("units"),
    "chai-stueck": lambda shop: _1997(shop).where(product="Chai").figures("units"),
    "chai-stueck/2": lambda shop: _1997(shop).where(product="Chang").figures("units"),
    "bester-verkaeufer": lambda shop: top(1, _1997(shop).figures("net_sales", by="salesperson")),
    "bester-verkaeufer/2": lambda shop: top(1, _1997(shop).figures("net_sales", by="salesperson"), lowest=True),
    "top5-produkte": lambda shop: top(5, _1997(shop).figures("net_sales", by="product")),
    "groesste-kunden": lambda shop: top(10, _1997(shop).figures("net_sales", by="customer_name")),
    "schwache-kategorien": lambda shop: top(
        3, _month(shop, "1998-04").figures("net_sales", by="category"), lowest=True
    ),
    "rangliste-laender": lambda shop: _1997(shop).figures("orders", by="country").sort("orders", descending=True),
    "bester-monat": lambda shop: top(1, _1997(shop).figures("net_sales", by="month")),
    "q1-vorjahr": lambda shop: versus(
        shop.between("1998-01-01", "1998-03-31").figures("net_sales"),
        shop.between("1997-01-01", "1997-03-31").figures("net_sales"),
    ),
    "april-maerz": lambda shop: versus(
        _month(shop, "1998-04").figures("net_sales"), _month(shop, "1998-03").figures("net_sales")
    ),
    "maerz-prozent": lambda shop: _net(_month(shop, "1998-03")) / _net(_month(shop, "1997-03")) - 1,
    "anteil-usa": lambda shop: _net(_1997(shop).where(country="USA")) / _net(_1997(shop)),
    "anteil-usa/2": lambda shop: _net(_1997(shop).where(country="Canada")) / _net(_1997(shop)),
    "anteil-kategorien": lambda shop: share(_1997(shop).figures("net_sales", by="category")).drop("net_sales"),
    "neukunden": lambda shop: new_customers(shop, "1997-01-01", "1997-12-31"),
    "neukunden/2": lambda shop: new_customers(shop, "1998-01-01", "1998-03-31"),
    "kunden-oesterreich": lambda shop: _1997(shop).where(country="Austria").figures("customers"),
    "bestellwert": lambda shop: _month(shop, "1997-12").figures("average_order_value"),
    "rabatt": lambda shop: _1997(shop).figures("discounts"),
    "tippfehler-dairy": lambda shop: _1997(shop).where(category="Dairy Products").figures("net_sales"),
    "tippfehler-bestelungen": lambda shop: _month(shop, "1998-01").where(country="Brazil").figures("orders"),
}
