"""`python -m evals.people.measure`: how good identity resolution is on labelled people and goods, by pairs."""

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import Annotated

import typer

from evals.people import broad, hard, practice, public, studied, unseen
from evals.people.records import LabelledProduct, LabelledRecord
from evals.people.scoring import Labelled, Pairwise, pairwise
from tools.ingestion.places import country_code
from tools.resolution.features import Party
from tools.resolution.goods import find_goods
from tools.resolution.goods_features import Good
from tools.resolution.people import find_people

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def score(generator: ModuleType, seed: int, persons: int) -> tuple[Pairwise, Pairwise]:
    """What the product finds among the records of a generator: of all, and of those that anybody could decide."""
    return score_records(generator.generate_people(seed, persons))


def score_records(records: Sequence[LabelledRecord]) -> tuple[Pairwise, Pairwise]:
    """The same among records."""
    found = find_people([party_of(str(at), one) for at, one in enumerate(records)], "", {})
    return _scored(records, found.groups)


def score_goods(generator: ModuleType, seed: int, products: int) -> tuple[Pairwise, Pairwise]:
    """The same of goods."""
    records: list[LabelledProduct] = generator.generate_products(seed, products)
    return _scored(records, find_goods([good_of(str(at), one) for at, one in enumerate(records)], {}).goods)


def score_public(records: Sequence[LabelledRecord]) -> tuple[Pairwise, Pairwise]:
    """Of a public set: all its pairs, whatever can be decided, and those that anybody could decide."""
    every, _ = score_records([replace(one, decidable=True) for one in records])
    return every, score_records(records)[1]


def _scored(records: Sequence[Labelled], groups: Sequence[Sequence[str]]) -> tuple[Pairwise, Pairwise]:
    clusters: dict[tuple[str, str], str] = {
        (one.source, one.source_id): f"alone {at}" for at, one in enumerate(records)
    }
    for group in groups:
        for id_ in group:
            one = records[int(id_)]
            clusters[one.source, one.source_id] = group[0]
    return pairwise(records, clusters), pairwise([one for one in records if one.decidable], clusters)


def party_of(id_: str, one: LabelledRecord) -> Party:
    return Party(
        id_, f"{one.source}:{one.source_id}", one.source, one.name, one.contact_name, one.company, one.email, one.phone, one.line1,
        one.city, one.postal_code, country_code(one.country) if one.country else None,
    )  # fmt: skip


def good_of(id_: str, one: LabelledProduct) -> Good:
    source = "" if one.source == "file" else one.source  # as the store has it: a file is of no connector
    return Good(
        id_, id_, f"{one.source}:{one.source_id}", source, one.title, one.variant, one.sku, one.gtin, one.brand, one.price_micros,
        one.currency,
    )  # fmt: skip


@app.command()
def main(
    persons: Annotated[int, typer.Option(min=100, help="Persons in each set.")] = 8_000,
    products: Annotated[int, typer.Option(min=100, help="Goods in each set.")] = 8_000,
    seed: Annotated[int, typer.Option(help="Of the records; the rules were tuned on 1, 3, 7 and 21.")] = 21,
) -> None:
    """Prints precision and recall over pairs: for the generators, and for the public sets where they are."""
    for what, scored, count in (("people", score, persons), ("goods", score_goods, products)):
        for generator in (practice, studied, hard, broad, unseen):
            _tell(generator.__name__.rpartition(".")[2], what, scored(generator, seed, count))
    if (held := public.folder()) is None:
        typer.echo("The public sets are not here: make .venv-bench/.stamp", err=True)
        return
    for name in public.SETS:
        _tell(name, "people", score_public(public.load(name, held)))


def _tell(name: str, what: str, scores: tuple[Pairwise, Pairwise]) -> None:
    every, decidable = scores
    typer.echo(
        f"{name:9} {what:6} all records: precision {every.precision:.4f}, recall {every.recall:.4f}; decidable ones: precision "
        f"{decidable.precision:.4f}, recall {decidable.recall:.4f} ({decidable.owed.total:,} pairs owed)"
    )


if __name__ == "__main__":
    app()
