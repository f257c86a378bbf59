"""What the questions of superstore_blind_fr come to, by polars on the source files."""

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _one(shop: Shop, figure: str = "net_sales") -> float:
    return float(shop.figures(figure).item())


EXPECTED: dict[str, Oracle] = {
    "ca-2018": lambda shop: _year(shop, 2018).figures("net_sales"),
    "mois-dernier": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("net_sales"),
    "mois-dernier/2": lambda shop: shop.between("2019-10-01", "2019-10-31").figures("net_sales"),
    "hier": lambda shop: shop.between("2019-12-30", "2019-12-30").figures("net_sales"),
    "sept-jours": lambda shop: shop.between("2019-12-24", "2019-12-30").figures("orders"),
    "quatre-semaines": lambda shop: shop.between("2019-12-02", "2019-12-29").figures("net_sales", by="week"),
    "benefice-trimestre": lambda shop: shop.between("2019-07-01", "2019-09-30").figures("profit"),
    "automne-reuni": lambda shop: shop.between("2019-09-01", "2019-11-30").figures("net_sales"),
    "par-mois-2018": lambda shop: _year(shop, 2018).figures("net_sales", by="month"),
    "par-mois-2018/2": lambda shop: _year(shop, 2018).where(category="Technology").figures("net_sales", by="month"),
    "par-mois-2018/3": lambda shop: _year(shop, 2018).where(category="Technology").figures("profit", by="month"),
    "quantites-sous-categories": lambda shop: _year(shop, 2018).figures("units", by="subcategory"),
    "benefice-croise": lambda shop: _year(shop, 2019).figures("profit", by=["category", "region"]),
    "trois-annees": lambda shop: shop.between("2016-01-01", "2018-12-31").figures("net_sales", by="year"),
    "panier-segments": lambda shop: _year(shop, 2017).figures("average_order_value", by="segment"),
    "california": lambda shop: _year(shop, 2018).where(state="California").figures("net_sales"),
    "california/2": lambda shop: _year(shop, 2018).where(state="Texas").figures("net_sales"),
    "california/3": lambda shop: _year(shop, 2018).where(state="Texas").figures("orders"),
    "seattle": lambda shop: _year(shop, 2019).where(city="Seattle").figures("net_sales"),
    "same-day": lambda shop: _year(shop, 2017).where(ship_method="Same Day").figures("orders"),
    "canon": lambda shop: shop.where(product="Canon imageCLASS 2200 Advanced Copier").figures("units"),
    "raymond-buch": lambda shop: _year(shop, 2019).where(customer_name="Raymond Buch").figures("net_sales"),
    "chairs-south": lambda shop: _year(shop, 2019).where(subcategory="Chairs", region="South").figures("profit"),
    "chairs-south/2": lambda shop: _year(shop, 2019).where(subcategory="Phones", region="South").figures("profit"),
    "top-etats": lambda shop: top(5, _year(shop, 2019).figures("net_sales", by="state")),
    "top-clients": lambda shop: top(10, _year(shop, 2018).figures("net_sales", by="customer_name")),
    "pire-sous-categorie": lambda shop: top(1, _year(shop, 2018).figures("profit", by="subcategory"), lowest=True),
    "meilleur-mois": lambda shop: top(1, _year(shop, 2018).figures("net_sales", by="month")),
    "meilleur-mois/2": lambda shop: top(1, _year(shop, 2018).figures("net_sales", by="month"), lowest=True),
    "top-produits": lambda shop: top(3, _year(shop, 2019).figures("net_sales", by="product")),
    "novembre-comparaison": lambda shop: versus(
        shop.between("2019-11-01", "2019-11-30").figures("net_sales"),
        shop.between("2018-11-01", "2018-11-30").figures("net_sales"),
    ),
    "hausse-commandes": lambda shop: _one(_year(shop, 2018), "orders") / _one(_year(shop, 2017), "orders") - 1,
    "regions-annee-avant": lambda shop: versus(
        _year(shop, 2018).figures("net_sales", by="region"), _year(shop, 2017).figures("net_sales", by="region")
    ),
    "part-corporate": lambda shop: _one(_year(shop, 2018).where(segment="Corporate")) / _one(_year(shop, 2018)),
    "part-corporate/2": lambda shop: _one(_year(shop, 2018).where(segment="Home Office")) / _one(_year(shop, 2018)),
    "poids-categories": lambda shop: share(_year(shop, 2017).figures("net_sales", by="category")).drop("net_sales"),
    "nouveaux-clients": lambda shop: new_customers(shop, "2017-01-01", "2017-12-31"),
    "nouveaux-clients/2": lambda shop: new_customers(shop, "2018-01-01", "2018-12-31"),
    "clients-trimestre": lambda shop: shop.between("2019-07-01", "2019-09-30").figures("customers"),
    "marge-furniture": lambda shop: _year(shop, 2018).where(category="Furniture").figures("margin"),
    "tapage-technology": lambda shop: (
        shop.between("2019-01-01", "2019-01-31").where(category="Technology").figures("net_sales")
    ),
    "tapage-pensylvanie": lambda shop: _year(shop, 2019).where(state="Pennsylvania").figures("orders"),
}
