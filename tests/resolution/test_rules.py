"""What identity resolution weighs, pair by pair, and what holds of any records."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.people import practice
from evals.people.measure import party_of
from tools.resolution.clusters import candidate_pairs, count_keys, group
from tools.resolution.evidence import Weigher
from tools.resolution.features import Features, Party, features_of
from tools.resolution.goods import find_goods
from tools.resolution.goods_evidence import GoodsWeigher
from tools.resolution.goods_features import Brands, Good, features_of_good
from tools.resolution.joining import LARGEST_BLOCK
from tools.resolution.names import contradicts, name_level
from tools.resolution.people import find_people

HERE = {"line1": "12 High Street", "city": "Leeds", "postal_code": "LS1 2AB", "country_code": "GB"}


def person(id_: str, name: str | None, **said: str) -> Party:
    return Party(id_, id_, id_[0], name, **said)


OTHERS = [person(f"z{n}", f"{first} {last}", email=f"{first}.{last}@mail{n}.example.org") for n, (first, last) in enumerate(
    (a, b) for a in ("Ann", "Bob", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hal") for b in ("Ash", "Birch", "Cole", "Dunn", "Elm", "Frost")
)]  # fmt: skip


def are_one(*records: Party) -> bool:
    return any(
        len(ids) == len(records) for ids in find_people([*records, *OTHERS], "", {}).groups if records[0].id in ids
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # an initial is no second letter of a name, and M no Monsieur
        (person("a", "M Rodriguez Bentes", email="mrodriguez@gmail.com"), person("b", "Manuel Rodríguez Bentes", email="mrodriguez@gmail.com")),
        (person("a", "T. Zajczuk", email="piotrz90@o2.pl"), person("b", "Tomasz T. Zajczuk", email="piotrz90@o2.pl")),
        (person("a", "M. Éric Salangnac", phone="+33142909025"), person("b", "Éric Salangnac", phone="+33142909025")),
        (person("a", "Ana L. Saldón", email="jsald@gmail.com"), person("b", "Ana Saldón Salzuela", email="jsald@gmail.com")),
        # a space that slipped
        (person("a", "SeánK elly", email="kelly69@gmail.com"), person("b", "Seán Kelly", email="kelly69@gmail.com")),
        # a digit of the telephone mistyped
        (person("a", "Rachel Halridge", phone="+447538657054"), person("b", "Rachel Halridge", phone="+447538657045")),
        # an address in one line, a postcode mistyped
        (person("a", "Uma Lauterkamp", **HERE), person("b", "Uma Lauterkamp", line1="12 High St, Leeds LS1 2AB")),
        (person("a", "Uma Lauterkamp", **HERE), person("b", "Uma Lauterkamp", **{**HERE, "postal_code": "LS1 2BA"})),
        # what another word for a company's form makes no person
        (
            person("a", "Beacon Bikes DAC", contact_name="Deb Thompson", email="info@beaconbikes.com"),
            person("b", "BEACON BIKES", company="Beacon Bikes", email="accounts@beaconbikes.com"),
        ),
        # several numbers in one field, and a whole address in one line
        (person("a", "Uma Lauterkamp", phone="0113 496 0101 / 0113 496 0202"), person("b", "Uma Lauterkamp", phone="0113 496 0202")),
        (person("a", "Uma Lauterkamp", line1="12 High Crescent, Leeds, LS1 2AB"), person("b", "Uma Lauterkamp", line1="12 High Cres", city="Leeds", postal_code="LS1 2AB")),
        # a mailbox that bears a second surname is hers still
        (person("a", "ximena.cagozargarcia@gmail.com", email="ximena.cagozargarcia@gmail.com"), person("b", "Ximena Cagozar", email="ximena.cagozargarcia@gmail.com")),
        # names in other letters may agree, and cannot contradict
        (person("a", "Юлия Щербакова", email="js77@mail.ru"), person("b", "Yuliya Shcherbakova", email="js77@mail.ru")),
        (person("a", "エンドウ オサム", **HERE), person("b", "Osamu Endo", **HERE)),
        (person("a", "佐藤 美咲 様", email="ms85@gmail.com"), person("b", "Misaki Sato", email="ms85@gmail.com")),
        # a degree, a clerk's note, a middle initial that is a word for "and" elsewhere
        (person("a", "Christa Schmidt, RN", email="cs@gmail.com"), person("b", "Christa Schmidt", email="cs@gmail.com")),
        (person("a", "Uma Lauterkamp DUPLICATE", phone="+447538657054"), person("b", "Uma Lauterkamp", phone="+447538657054")),
        (person("a", "John E Reyes", email="jreyes@gmail.com"), person("b", "John Reyes", email="jreyes@gmail.com")),
        # the family's name alone, of one name or of two
        (person("a", "Dña. Queillo", email="aq91@gmail.com"), person("b", "Alba Queillo", email="aq91@gmail.com")),
        (person("a", "Sra. Penero Suárez", email="ap91@gmail.com"), person("b", "Ana Penero", email="ap91@gmail.com")),
        (person("a", "Mrs. Lewis", email="sail05@hotmail.com"), person("b", "Cheryl", email="sail05@hotmail.com")),
        # a field that was too short, a name of before a wedding, two slips
        (person("a", "Fabian Dor", email="fd99@gmx.de"), person("b", "Fabian Dornrath", email="fd99@gmx.de")),
        (person("a", "Mathilde Lanelle", email="mathildelanelle@free.fr"), person("b", "Mathilde Barteau", email="mathildelanelle@free.fr")),
        (person("a", "Ljasz Olsczyk", email="olsczyk7@wp.pl"), person("b", "Łukasz Olsczyk", email="olsczyk7@wp.pl")),
        # one house and one name, whatever the mailboxes
        (person("a", "Uma Lauterkamp", email="uma.lauterkamp@gmail.com", **HERE), person("b", "Uma Lauterkamp", email="gardener7@yahoo.com", **HERE)),
        # a company whose name is cut short
        (person("a", "Premier Budownictwo Ltd", phone="+447538657054"), person("b", "Premier Budo. Ltd", phone="+447538657054")),
        # a record without a name is that of whoever's mailbox it shows
        (
            person("a", None, company="Anchor Fitness LLC", email="carmen.castillo@anchorfitness.net"),
            person("b", "Carmen Castillo", email="carmen.castillo@anchorfitness.net"),
        ),
    ],
)  # fmt: skip
def test_one_person_in_two_ways_of_writing_is_one(one: Party, other: Party) -> None:
    assert are_one(one, other)
    assert are_one(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # one name, and what is made of it, at two providers
        (person("a", "John Garlow", email="johngarlow.mx@gmail.com"), person("b", "John Garlow", email="johngarlow.mx@yahoo.com")),
        (person("a", "John Garlow", email="garlow@gmail.com"), person("b", "John Garlow", email="garlow@mail.com")),
        # a household
        (person("a", "John Garlow", phone="+447538657054", **HERE), person("b", "Jane Garlow", phone="+447538657054", **HERE)),
        (person("a", "John Garlow", phone="+447538657054"), person("b", "Jane Garlow", phone="+447538657055")),
        (person("a", "John Garlow Jr", **HERE), person("b", "John Garlow Sr", **HERE)),
        # colleagues
        (person("a", "Ann Lee", company="Acme", email="ann@acme.com"), person("b", "Eve Lee", company="Acme", email="eve@acme.com")),
        # a trader and what she trades as, an office and who works there
        (person("a", "Sandra Thorncroft", email="st7@gmail.com"), person("b", "Sandra Thorncroft Bakery", email="st7@gmail.com")),
        (person("a", None, email="info@acme.com", phone="+447538657054"), person("b", "Ann Lee", email="annlee7@gmail.com", phone="+447538657054")),
        # a trader and the business that she says she is at, or whose contact she is, whatever it does
        (
            person("a", "Bas Brouwer", company="Bas Brouwer Advies", email="bas.brouwer@kpnmail.nl"),
            person("b", "Bas Brouwer Advies", email="bas.brouwer@kpnmail.nl"),
        ),
        (
            person("a", "Junko Miura", email="miura82@gmail.com"),
            person("b", "Junko Miura Letterpress", contact_name="Junko Miura", email="miura82@gmail.com"),
        ),
        # whoever works at a company and gives its telephone
        (
            person("a", None, email="hughes@bean-street.com", phone="+12066896611"),
            person("b", "Bean Street Coffee LLC", email="seattle@bean-street.com", phone="+12066896611"),
        ),
        # outlets in two towns
        (person("a", "Beacon Interiors Ltd (Leeds)", email="info@beaconinteriors.com"), person("b", "Beacon Interiors Ltd - Derby", email="info@beaconinteriors.com")),
        # two companies
        (person("a", "Acme Roofing Ltd", **HERE), person("b", "Acme Roofing LLP", **HERE)),
    ],
)  # fmt: skip
def test_two_who_have_much_in_common_stay_two(one: Party, other: Party) -> None:
    assert not are_one(one, other)


def test_a_pair_of_people_weighs_the_same_both_ways_and_none_who_contradict_are_brought_together() -> None:
    records = [features_of(party_of(str(at), one)) for at, one in enumerate(practice.generate_people(5, 500))]
    counts = count_keys(records)
    weigher = Weigher(counts, len(records))
    common = frozenset(key for key, count in counts.items() if count > LARGEST_BLOCK)
    weighed = [weigher.weigh(one, two) for one, two in candidate_pairs(records, common)]
    assert len(weighed) > 500
    for pair in weighed:
        turned = weigher.weigh(pair.right, pair.left)
        assert turned.bits == pytest.approx(pair.bits)
        assert (turned.name, turned.conflicts, turned.is_reached) == (pair.name, pair.conflicts, pair.is_reached)
    groups = group(records, weighed, {}, weigher).groups
    ids = [one.id for members in groups for one in members]
    assert len(ids) == len(set(ids))
    # A mistyped name may contradict the nickname of the one it was meant to be: one such record a group at most.
    assert all(_generations(members) < 2 and _strangers(members) < 2 for members in groups)


def _generations(members: list[Features]) -> int:
    return len({one.generation for one in members} - {""})


def _strangers(members: list[Features]) -> int:
    """How many have to leave before no two names contradict each other."""
    pairs = [(one, two) for one, two in combinations(members, 2) if contradicts(name_level(one, two))]
    shared = [one for one in members if pairs and all(one in pair for pair in pairs)]
    return 0 if not pairs else 1 if shared else 2


WORDS = st.sampled_from(
    ["mug", "cup", "tea", "earl", "grey", "blue", "250 g", "500 g", "x 6", "no 12", "large", "candle", "candlr"]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from("abc"), st.sampled_from([None, "EG-250", "MUG-B"]),
                          st.sampled_from([None, 9_000_000, 12_000_000])), min_size=2, max_size=12))  # fmt: skip
def test_a_pair_of_goods_weighs_the_same_both_ways_and_none_that_one_source_tells_apart_are_one(
    told: list[tuple[list[str], str, str | None, int | None]],
) -> None:
    goods = [
        Good(f"g{at}", f"g{at}", f"k{at}", source, " ".join(words), sku=sku, price_micros=price, currency="EUR")
        for at, (words, source, sku, price) in enumerate(told)
    ]
    brands = Brands(goods)
    features = [features_of_good(one, brands) for one in goods]
    weigher = GoodsWeigher(features)
    for one, two in combinations(features, 2):
        here, there = weigher.weigh(one, two), weigher.weigh(two, one)
        assert (here is None) == (there is None)
        assert here is None or there is None or here.bits == pytest.approx(there.bits)
    by_id = {one.id: one for one in features}
    for ids in find_goods(goods, {}).goods:
        for one, two in combinations([by_id[id_] for id_ in ids], 2):
            if one.good.source == two.good.source:
                assert one.amounts == two.amounts
                assert not one.sku or not two.sku or one.sku == two.sku


def test_goods_of_which_the_code_says_that_they_are_one_teach_what_sources_call_them() -> None:
    colours = ("Amber", "Cobalt", "Jade")
    shop = [
        Good(f"s{c}{k}", f"s{c}{k}", f"s{c}{k}", "shop", f"{c} Stoneware {k}", sku=f"{c}-{k}-1")
        for c in colours
        for k in ("Beaker", "Dish")
    ]
    till = [
        Good(f"t{c}{k}", f"t{c}{k}", f"t{c}{k}", "till", f"{k} {c} Earthenware", sku=f"{c}-{k}-1")
        for c in colours
        for k in ("Beaker", "Dish")
    ]
    shop.append(Good("sj", "sj", "sj", "shop", "Jade Stoneware Saucer", price_micros=7_000_000, currency="EUR"))
    till.append(Good("tj", "tj", "tj", "till", "Saucer Jade Earthenware", price_micros=7_000_000, currency="EUR"))
    till.append(Good("ta", "ta", "ta", "till", "Saucer Amber Earthenware", price_micros=7_000_000, currency="EUR"))
    others = [Good(f"o{n}", f"o{n}", f"o{n}", "shop", f"Thing{n} Other{n}") for n in range(40)]
    found = {frozenset(ids) for ids in find_goods([*shop, *till, *others], {}).goods}
    assert {frozenset((f"s{c}{k}", f"t{c}{k}")) for c in colours for k in ("Beaker", "Dish")} <= found
    assert frozenset(("sj", "tj")) in found
    assert not any("ta" in ids for ids in found)


def test_a_barcode_that_a_good_has_from_its_sibling_does_not_make_them_one() -> None:
    shop = [Good(f"s{n}", f"s{n}", f"s{n}", "shop", f"{line} {c}") for n, (line, c) in enumerate(
        (line, c) for line in ("Travel Candle", "Foil Notebook", "Linen Apron") for c in ("Lemon", "Peppermint", "Mocha"))]  # fmt: skip
    one = Good("a", "a", "a", "till", "Travel Candle Lemon", gtin="4006381333931")
    two = Good("b", "b", "b", "books", "Candle Travel Peppermint", gtin="4006381333931")
    assert not any({"a", "b"} <= set(ids) for ids in find_goods([*shop, one, two], {}).goods)


def test_who_is_mistyped_is_whoever_was_meant_and_a_bridge_of_two_names_is_none() -> None:
    mail = "tobi1988@gmx.at"
    meant = [
        person(id_, name, email=mail)
        for id_, name in (("a", "Tobeas Tannhauser"), ("b", "Tobias Tannhauser"), ("c", "Tobi Tannhauser"))
    ]
    assert sorted(map(sorted, find_people(meant, "", {}).groups)) == [["a", "b", "c"]]
    two = [
        person(id_, name, email=mail)
        for id_, name in (("a", "Tobias Tannhauser"), ("b", "T. Tannhauser"), ("c", "Tina Tannhauser"))
    ]
    assert all(not {"a", "c"} <= {*ids} for ids in find_people(two, "", {}).groups)


def test_two_who_share_the_mailbox_of_a_household_are_not_one_by_an_initial() -> None:
    here = (
        person("a", "Ms Williams", email="thewilliamss@gmail.com"),
        person("b", "Barbara Williams", email="thewilliamss@gmail.com"),
    )
    assert not find_people(here, "", {}).groups


def test_an_initial_is_that_of_the_name_which_the_mailbox_spells() -> None:
    here = (
        person("a", "S. G. O'Brien", email="siobhan-obrien@gmail.com"),
        person("b", "Alexander O'Brien", email="siobhan-obrien@gmail.com"),
    )
    assert not find_people(here, "", {}).groups
