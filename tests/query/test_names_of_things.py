"""How the words of a question find what the data holds: parts of names, names with known words in them, things that share
a noun, other names, and slips of the pen."""

from collections.abc import Callable
from datetime import date

import pytest

from tools.language.annotator import Annotator
from tools.language.dictionary import Dictionary
from tools.language.periods import Calendar
from tools.language.values import ValueIndex
from tools.query.aliases import value_aliases
from tools.query.changes import Days
from tools.query.lexicon import build_lexicon
from tools.query.planner import Plan, Planner
from tools.query.slots import Unclear, Unsupported
from tools.semantics.loader import load_semantics

TODAY = date(2026, 5, 20)
VALUES = {
    "product": [
        *("Lambswool Throw Heather", "Lambswool Throw Slate", "Stoneware Mug Moss", "Stoneware Mug Oat"),
        *("Storm Lantern Large", "Storm Lantern Small", "Terracotta Pot 20 cm", "Terracotta Pot 30 cm"),
        *("Waffle Bath Towel", "Waffle Hand Towel", "Arched Mirror Black", "Round Mirror Oak", "Breakfast Hamper"),
        *("Easel Back Frame", "High Back Chair", "Seagrass Basket Large", "Seagrass Basket Small", "Jute Rug Basket"),
        *(
            "Series 5400 Task Chair",
            "Hi-Tech Binding System",
            "Tubeless Repair Kit",
            "Tote Bag",
            "Keep Cup",
            "Iced Latte",
        ),
    ],
    "category": ["E-Bikes", "Bikes", "Technology", "Beverages", "Lunch"],
    "subcategory": ["Tables", "Labels", "Frames", "Bags", "Saddles"],
    "customer": ["Seven Seas Imports", "Save-a-lot Markets", "Cactus Comidas", "Nora Quist"],
    "segment": ["Business", "Private"],
    "channel": ["Northern Quarter", "Boutique", "Webshop"],
    "salesperson": ["Anne Stein", "Robert King", "Melanie Rochas", "Aicha Benali"],
}

PlanIt = Callable[[str], Plan]


@pytest.fixture(scope="module")
def plan_it() -> PlanIt:
    model = load_semantics()
    planner = Planner(model, Annotator(build_lexicon(model), Calendar(country="DE"), Dictionary()))
    known = VALUES | {name: list(names) for name, names in model.fixed_values.items()}
    values = ValueIndex(known, value_aliases(known))
    days = Days(TODAY, date(2024, 1, 1), TODAY)
    return lambda question: planner.plan(question, days, values, None)


def named(plan: Plan) -> dict[str, list[str]]:
    """What each kind of thing is narrowed to; "not " before what is left out, "*" around a part of a name."""
    found: dict[str, list[str]] = {}
    for item in plan.query.filters:
        values = [f"*{value}*" if item.operator == "contains" else str(value) for value in item.values]
        name = f"not {item.dimension}" if item.operator in ("ne", "not_in") else item.dimension
        found[name] = found.get(name, []) + values
    return found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("units of terracotta pot 20 in 2025", {"product": ["Terracotta Pot 20 cm"]}),
        ("sales of the series 5400 task chair in 2025", {"product": ["Series 5400 Task Chair"]}),
        ("sales to save-a-lot in 2025", {"customer": ["Save-a-lot Markets"]}),
        ("sales to Seven Seas in 2025", {"customer": ["Seven Seas Imports"]}),
    ],
)
def test_a_name_may_hold_numbers_and_everyday_words(
    plan_it: PlanIt, question: str, expected: dict[str, list[str]]
) -> None:
    assert named(plan_it(question)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("throws: heather and slate, units of each in 2025", {"Lambswool Throw Heather", "Lambswool Throw Slate"}),
        ("units of mugs in 2025, oat vs moss", {"Stoneware Mug Oat", "Stoneware Mug Moss"}),
        ("storm lanterns big and small, units in 2025", {"Storm Lantern Large", "Storm Lantern Small"}),
        ("units of terracotta pots 20 and 30 in 2025", {"Terracotta Pot 20 cm", "Terracotta Pot 30 cm"}),
        ("sales of bath towel and hand towel in 2025", {"Waffle Bath Towel", "Waffle Hand Towel"}),
        ("sales of the slate throw in 2025", {"Lambswool Throw Slate"}),
        ("sales of big storm lanterns in 2025", {"Storm Lantern Large"}),
        ("baskets of seagrass, units in 2025", {"Seagrass Basket Large", "Seagrass Basket Small"}),
        ("units of the storm lanterns, the small ones, in 2025", {"Storm Lantern Small"}),
    ],
)
def test_things_that_share_a_noun_are_told_apart_by_the_words_beside_it(
    plan_it: PlanIt, question: str, expected: set[str]
) -> None:
    (item,) = plan_it(question).query.filters
    holding = {name for name in VALUES["product"] if any(str(value) in name.lower() for value in item.values)}
    assert (holding if item.operator == "contains" else set(item.values)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("names of everyone who ordered a hamper in 2025", {"product": ["Breakfast Hamper"]}),
        ("how often did we sell the mirrors in 2025, units", {"product": ["*mirror*"]}),
        ("average price mirrors 2025", {"product": ["*mirror*"]}),
        ("units that cactus bought in 2025", {"customer": ["Cactus Comidas"]}),
        ("did we ever sell a table", {"subcategory": ["Tables"]}),
    ],
)
def test_an_everyday_word_is_a_name_where_it_is_traded(
    plan_it: PlanIt, question: str, expected: dict[str, list[str]]
) -> None:
    assert named(plan_it(question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "what is left in the back of the store, sales 2025",
        "sales at the back of the shop in 2025",
    ],
)
def test_what_stands_behind_a_preposition_is_no_part_of_a_name(plan_it: PlanIt, question: str) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it(question)


@pytest.mark.parametrize("question", ["show me a table of sales in 2025", "make a table: sales of 2025 by month"])
def test_how_to_show_a_figure_is_no_name(plan_it: PlanIt, question: str) -> None:
    assert named(plan_it(question)) == {}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("slowest month for tabels in 2025", {"subcategory": ["Tables"]}),
        ("slowest month for lables in 2025", {"subcategory": ["Labels"]}),
        ("sales of ebikes in 2025", {"category": ["E-Bikes"]}),
        ("sales without the electric bikes in 2025", {"not category": ["E-Bikes"]}),
        ("tech profit 2025", {"category": ["Technology"]}),
        ("what did drinks make in 2025", {"category": ["Beverages"]}),
        ("sales in nq, 2025", {"channel": ["Northern Quarter"]}),
        ("sales of 2025, the webshop against the till", {"channel": ["Webshop", "Boutique"]}),
        ("sales on the shop floor in 2025", {"channel": ["Boutique"]}),
        ("spend of our trade accounts in 2025", {"segment": ["Business"]}),
        ("sales of lunch in 2025", {"category": ["Lunch"]}),
    ],
)
def test_what_things_are_called_too(plan_it: PlanIt, question: str, expected: dict[str, list[str]]) -> None:
    assert named(plan_it(question)) == expected


@pytest.mark.parametrize("question", ["how is the trade doing in 2025, sales", "sales at lunch in 2025"])
def test_another_name_counts_only_where_the_thing_is_meant(plan_it: PlanIt, question: str) -> None:
    try:
        found = named(plan_it(question))
    except (Unclear, Unsupported):
        return
    assert not {"segment", "category"} & found.keys()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("orders of robert and anne in 2025", {"salesperson": ["Robert King", "Anne Stein"]}),
        ("what did young Anne sell in 2025", {"salesperson": ["Anne Stein"]}),
        ("sales of Rob in 2025", {"salesperson": ["Robert King"]}),
    ],
)
def test_who_sells_is_called_by_a_part_of_the_name(
    plan_it: PlanIt, question: str, expected: dict[str, list[str]]
) -> None:
    assert named(plan_it(question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "units of large iced lattes in 2025",
        "average price of an iced latte, whole, 2025",
        "big iced lattes in 2025, units",
        "which day had the most repair orders in 2025",
        "sales of frame bags vs saddle bags in 2025",
        "sales of 2025 without the saddle bikes",
        "sales of the summer will in 2025",
    ],
)
def test_what_the_data_does_not_keep_apart_is_asked_back(plan_it: PlanIt, question: str) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it(question)


@pytest.mark.parametrize(
    "question",
    [
        "sales of iced latte, whole of 2025",
        "iced latte: single best day of 2025",
        "orders of iced latte by large customers",
    ],
)
def test_a_size_of_something_else_narrows_no_product(plan_it: PlanIt, question: str) -> None:
    assert named(plan_it(question)) == {"product": ["Iced Latte"]}


def test_two_names_that_the_data_holds_are_never_read_as_one_mistyped(plan_it: PlanIt) -> None:
    plan = plan_it("orders of melanie aicha in 2025 by salesperson")
    assert named(plan) == {"salesperson": ["Melanie Rochas", "Aicha Benali"]}


@pytest.mark.parametrize(
    "question",
    ["the part of Iced Latte in Beverages in 2025, in %", "what share of Beverages was Iced Latte in 2025"],
)
def test_a_product_is_a_part_of_its_category_and_never_the_other_way_round(plan_it: PlanIt, question: str) -> None:
    query = plan_it(question).query
    assert query.share_of_total
    assert query.dimensions == ("product",)


def test_a_product_and_a_part_of_the_range_are_not_added_up(plan_it: PlanIt) -> None:
    with pytest.raises(Unsupported):
        plan_it("sales of mugs and drinks in 2025")


def test_a_list_without_marks_is_a_list(plan_it: PlanIt) -> None:
    assert named(plan_it("sales of tables labels and frames in 2025")) == {
        "subcategory": ["Tables", "Labels", "Frames"]
    }


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("leaving aside tables, what were sales in 2025", {"not subcategory": ["Tables"]}),
        ("how many customers shop here in 2025", {}),
    ],
)
def test_what_is_left_aside_or_only_a_verb(plan_it: PlanIt, question: str, expected: dict[str, list[str]]) -> None:
    assert named(plan_it(question)) == expected


def test_a_thing_that_is_listed_beside_one_of_its_kind_stays(plan_it: PlanIt) -> None:
    (item,) = plan_it("units of baskets, seagrass baskets in 2025").query.filters
    assert item.values == ("basket",) or len(item.values) == len(["large", "small", "jute"])
