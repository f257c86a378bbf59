"""Proposes what each column of a file means, from its name, its values and (where one is handed in) an embedding."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from tools.ingestion.amounts import settle_amounts
from tools.ingestion.catalogue import Catalogue, CatalogueField, Entity, FieldKind, plain_name, word_set
from tools.ingestion.file_mapping import FileMapping, OrderKey
from tools.ingestion.movements import are_of_money, kind_of_file, movement_kind, signs_of
from tools.ingestion.sample import ColumnFacts, Sample
from tools.ingestion.values import DecimalMark, NumberReader, is_blank

_ACCEPTED: Final = 0.5
# Shares of a column's values.
_SOME, _HALF, _MOST, _NEARLY_ALL = 0.3, 0.6, 0.8, 0.9
_CODE_LENGTH: Final = 4
_FEWEST_ORDERS: Final = 5
_PROSE: Final = 60
"""Mean length from which text is no key."""
_FEW_VALUES: Final = 12
_EXCEL_DAYS: Final = (20_000, 80_000)
_UNIX_SECONDS: Final = 1e9
_NOISE: Final = 0.2
_SPELT: Final = 5
"""Letters from which a heading can be a misspelling: shorter names are too near to each other."""
_SPELLING: Final = 88
"""rapidfuzz ratio from which a heading counts as a misspelt name."""
_ALIKE: Final = 0.72
"""Cosine similarity from which an embedding says anything."""
_TOLD_BY_KINDS: Final = 0.2
"""What it counts that a column names kinds of movements of money."""
_ALIKE_WORTH: Final = 0.7
"""What likeness in meaning counts beside a name that is listed."""
_TAIL_WORTH, _SINGULAR_WORTH = 0.93, 0.925
_EMBEDDED_NAMES: Final = 12
_ORDER_KEPT: Final = 0.0015
"""Names are listed from the most to the least typical; each place costs this much."""
_CURRENCY_WORDS: Final = word_set(
    "usd eur gbp chf cad aud inr jpy brl mxn sek nok dkk pln zar nzd rs dollar dollars euro euros pound pounds local in currency"
)
_NEUTRAL: Final = _CURRENCY_WORDS | word_set(
    "order orders line item lineitem product customer client buyer shipping ship billing delivery sales sale transaction "
    "invoice purchase default address name id no number code value amount total shop store my the of per each a de du la "
    "del do da der die das den unified raw src source original pct 1 5 10 20 txn trx col field daily weekly monthly"
)
_TAX_WORDS: Final = "vat|tax|taxes|gst|hst|mw ?st|ust|mehrwertsteuer|steuer|tva|taxe|taxes|iva|btw|impuestos|imposto"
_WITHOUT_TAX: Final = re.compile(
    r"\b(?:excl|excluding|exclusive of|exclusive|ex|without|w o|wo|before|net of|exkl|exklusive|ohne|zzgl|vor|hors|sans|"
    rf"avant|sin|sem|senza|zonder)(?: of| any| the| sales)? (?:{_TAX_WORDS})\b"
)
_KEY_WORDS: Final = frozenset(["id", "no", "nr", "number", "code"])
"""In a heading that no list has, these make it a key and not a name: "Payment ID" is no payment method."""
# Fields that say whose sale it was or of what: without any, dated figures are a series and not sales.
_IDENTITY: Final = word_set(
    "order_id product_id product_title sku category customer_id customer_name email channel city country region "
    "salesperson first_name last_name company"
)


class Embedder(Protocol):
    """Turns texts into the rows of an array, each of unit length (memory.embeddings.WordLlamaEmbedder does)."""

    def vectors(self, texts: Sequence[str]) -> Any: ...


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """`confidence` 0 to 1; `alternatives` are other meanings that fit, best first."""

    column: str
    field: str | None
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping, why to trust it, and what to ask before it is used."""

    mapping: FileMapping
    columns: tuple[ColumnProposal, ...]
    confidence: float
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Mapper:
    """Holds the catalogue, and the embedder where there is one."""

    catalogue: Catalogue
    embedder: Embedder | None = None
    _vectors: dict[Entity, tuple[list[str], Any]] = field(default_factory=dict[Entity, tuple[list[str], Any]])

    def propose(
        self, sample: Sample, *, filename: str, country: str | None = None, entity: Entity | None = None
    ) -> Proposal:
        """The most plausible reading of a file. `country` (ISO 3166) breaks ties of date order and decimal mark;
        `entity` settles what a row is, where the owner has said so."""
        candidates = [entity] if entity else list(self.catalogue.entities)
        scored = [self._as_entity(sample, candidate, filename, owned=entity is not None) for candidate in candidates]
        # Where a file is nothing whole, it is taken for what most of its columns speak of.
        best = max(scored, key=lambda item: (item[0], sum(score for _, score in item[2].values())))
        _, kind, meanings, alternatives = best
        mark = _decimal_mark(sample, country)
        settled = settle_amounts(sample, meanings, decimal_mark=mark) if kind == Entity.ORDER_LINE else None
        if settled is not None:
            meanings = settled.meanings
        mapping = FileMapping(
            entity=kind,
            columns={name: meanings[name][0] if name in meanings else None for name in sample.columns},
            decimal_mark=mark,
            column_marks={f.name: f.mark for f in sample.facts if f.mark is not None and f.mark != mark},
            date_order=sample.date_order or ("mdy" if country in _MONTH_FIRST else "dmy"),
            order_key=_order_key(sample, meanings),
            series_name=_series_name(filename) if kind == Entity.OBSERVATION else None,
            **(settled.options if settled else {}),
            **(_movements(sample, meanings, filename, mark) if kind == Entity.TRANSACTION else {}),
        )
        columns = tuple(
            ColumnProposal(
                column=name,
                field=meanings[name][0] if name in meanings else None,
                confidence=round(meanings[name][1], 3) if name in meanings else 0.0,
                alternatives=tuple(
                    (f, round(s, 3)) for f, s in alternatives.get(name, []) if f != meanings.get(name, ("",))[0]
                )[:3],
            )
            for name in sample.columns
        )
        mapped = [column.confidence for column in columns if column.field]
        return Proposal(
            mapping=mapping,
            columns=columns,
            confidence=round(sum(mapped) / len(mapped), 3) if mapped else 0.0,
            notes=settled.notes if settled else (),
        )

    def _as_entity(
        self, sample: Sample, entity: Entity, filename: str, *, owned: bool
    ) -> tuple[float, Entity, dict[str, tuple[str, float]], dict[str, list[tuple[str, float]]]]:
        fields = self.catalogue.fields(entity)
        scores = self._scores(sample, entity, fields)
        if entity == Entity.OBSERVATION:
            scores = _with_every_number(sample, scores)
        meanings = _assign(scores, fields)
        kind = self.catalogue.entities[entity]
        alternatives = {column: sorted(found.items(), key=lambda item: -item[1]) for column, found in scores.items()}
        sure = {meaning for meaning, score in meanings.values() if score >= _ACCEPTED}
        if not all(any(need in sure for need in needs) for needs in kind.needs):
            return -1.0, entity, meanings, alternatives
        if entity == Entity.ORDER_LINE and not sure & _IDENTITY:
            return -1.0, entity, meanings, alternatives
        used = [facts for facts in sample.facts if not facts.is_empty]
        score = sum(value for _, value in meanings.values()) / max(1, len(used))
        if entity == Entity.TRANSACTION:
            named = [column for column, (meaning, _) in meanings.items() if meaning == "transaction_kind"]
            told = bool(named) and are_of_money(sample.column(named[0]))
            if not told and kind_of_file(filename) is None and not owned:
                return -1.0, entity, meanings, alternatives
            score += _TOLD_BY_KINDS * told
        if entity == Entity.OBSERVATION:
            # Every number fits a series; a text column that does not shows that the file is something else.
            texts = sum(1 for f in used if max(f.number, f.date, f.clock) < _MOST)
            score = 0.55 - 0.15 * texts
        stem = plain_name(filename)
        if any(f" {plain_name(hint)} " in f" {stem} " for hint in kind.hints):
            score += 0.15
        return score, entity, meanings, alternatives

    def _scores(self, sample: Sample, entity: Entity, fields: dict[str, CatalogueField]) -> dict[str, dict[str, float]]:
        by_name: dict[str, list[tuple[str, int]]] = {}
        for key, f in fields.items():
            for place, name in enumerate(f.names):
                plain = plain_name(name)
                by_name.setdefault(plain, []).append((key, place))
                # ORDERDATE and order_date are one heading.
                if " " in plain:
                    by_name.setdefault(plain.replace(" ", ""), []).append((key, place))
        alike = self._alike(sample, entity, fields, set(by_name))
        scores: dict[str, dict[str, float]] = {}
        for facts in sample.facts:
            if facts.is_empty:
                continue
            found = _heading_meanings(facts.name, by_name)
            if not found.keys() & _exact(plain_name(facts.name), by_name) and _KEY_WORDS & set(
                plain_name(facts.name).split()
            ):
                found = {key: score for key, score in found.items() if fields[key].kind == "id"}
            for key, score in alike.get(facts.name, {}).items():
                found[key] = max(found.get(key, 0.0), score)
            if not facts.unique:  # numbers that begin again in every order identify no row
                found.pop("row_id", None)
            weighed = {key: score * _fits(fields[key], facts) for key, score in found.items()}
            scores[facts.name] = {key: score for key, score in weighed.items() if score > _NOISE}
        return scores

    def _alike(
        self, sample: Sample, entity: Entity, fields: dict[str, CatalogueField], known: set[str]
    ) -> dict[str, dict[str, float]]:
        """Fields whose names mean the same as a heading that no list has."""
        headings = [
            facts.name for facts in sample.facts if plain_name(facts.name) not in known and plain_name(facts.name)
        ]
        if self.embedder is None or not headings:
            return {}
        if entity not in self._vectors:
            pairs = [(key, name) for key, f in fields.items() for name in f.names[:_EMBEDDED_NAMES]]
            self._vectors[entity] = ([key for key, _ in pairs], self.embedder.vectors([name for _, name in pairs]))
        keys, vectors = self._vectors[entity]
        plain = [_untaxed(plain_name(heading)) for heading in headings]
        cosines = (self.embedder.vectors(plain) @ vectors.T).tolist()
        found: dict[str, dict[str, float]] = {}
        for heading, row in zip(headings, cosines, strict=True):
            own = found.setdefault(heading, {})
            for key, cosine in zip(keys, row, strict=True):
                if cosine >= _ALIKE:
                    own[key] = max(own.get(key, 0.0), _ALIKE_WORTH * cosine)
        return found


_MONTH_FIRST: Final = frozenset(["US", "PH", "PR", "GU"])
_DECIMAL_COMMA: Final = word_set(
    "AT BE BR DE DK ES FI FR GR HU ID IT NL NO PL PT RO RU SE TR UA AR CL CO CZ SK BG HR SI RS VN"
)


def _decimal_mark(sample: Sample, country: str | None) -> DecimalMark:
    if sample.decimal_mark is not None:
        return sample.decimal_mark
    return "," if country in _DECIMAL_COMMA and _has_marks(sample) else "."


def _has_marks(sample: Sample) -> bool:
    """Whether any number has a mark at all: 1.234 with nothing to tell what it is."""
    return any(facts.number > _MOST and facts.integer < 1 for facts in sample.facts)


def _movements(
    sample: Sample, meanings: dict[str, tuple[str, float]], filename: str, mark: DecimalMark
) -> dict[str, Any]:
    """How a file of money writes its kinds and signs, told from the sample."""
    column_of = {meaning: column for column, (meaning, _) in meanings.items()}
    by_file, reader = kind_of_file(filename), NumberReader(mark)

    def micros(meaning: str) -> list[int | None]:
        cells = sample.column(column_of[meaning]) if meaning in column_of else ()
        return [_read_micros(reader, cell) for cell in cells]

    amounts = micros("moved_amount")
    nothing: list[Any] = [None] * len(amounts)
    said = sample.column(column_of["transaction_kind"]) if "transaction_kind" in column_of else nothing
    kinds = [movement_kind(text) or by_file for text in said]
    signs = signs_of(list(zip(kinds, amounts, micros("fee") or nothing, strict=True)))
    return {
        "movement": by_file,
        "outflows_positive": signs.outflows_positive,
        "fees_negative": signs.fees_negative,
    }


def _read_micros(reader: NumberReader, cell: str) -> int | None:
    try:
        return reader.micros(cell)
    except ValueError:
        return None


def _series_name(filename: str) -> str:
    stem = filename.replace("\\", "/").rpartition("/")[2]
    return stem.rpartition(".")[0] or stem


def _named(heading: str, by_name: dict[str, list[tuple[str, int]]]) -> dict[str, float]:
    """Fields that a plain heading may stand for, with how surely its words say so."""
    found: dict[str, float] = {}

    def note(name: str, score: float) -> None:
        for key, place in by_name.get(name, ()):
            found[key] = max(found.get(key, 0.0), score - _ORDER_KEPT * place)

    note(heading, 1.0)
    words = heading.split()
    bare = " ".join(word for word in words if word not in _CURRENCY_WORDS and word != "pct" and not word.isdigit())
    if bare and bare != heading:
        note(bare, 0.95)
    if found:
        return found
    # A name among neutral words: "shipping address city", "revenue total".
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if all(word in _NEUTRAL for word in (*words[:start], *words[end:])):
                extra = len(words) - (end - start)
                note(" ".join(words[start:end]), 0.85 - 0.07 * extra)
    if not found and len(heading) >= _SPELT:
        from rapidfuzz import fuzz, process

        for name, ratio, _ in process.extract(
            heading, list(by_name), scorer=fuzz.ratio, score_cutoff=_SPELLING, limit=3
        ):
            note(name, 0.8 * ratio / 100)
    return found


def _untaxed(heading: str) -> str:
    """A plain heading without the words that its amounts are without tax: "line total excl vat" is a line total, and
    no VAT."""
    return _WITHOUT_TAX.sub(" ", heading).strip() or heading


def _heading_meanings(heading: str, by_name: dict[str, list[tuple[str, int]]]) -> dict[str, float]:
    """As _named; of a dotted path ("items.price") the last part alone, and the path in the singular ("item price"),
    say nearly as much."""
    plain = plain_name(heading)
    found = _named(plain, by_name)
    if (untaxed := _untaxed(plain)) != plain and not _exact(plain, by_name):
        found = _named(untaxed, by_name)
    if "." in heading and not _exact(plain, by_name):
        singular = " ".join(word.removesuffix("s") for word in plain.split())
        for reading, worth in ((plain_name(heading.rpartition(".")[2]), _TAIL_WORTH), (singular, _SINGULAR_WORTH)):
            for key, score in _named(reading, by_name).items():
                found[key] = max(found.get(key, 0.0), worth * score)
    return found


def _exact(heading: str, by_name: dict[str, list[tuple[str, int]]]) -> set[str]:
    return {key for key, _ in by_name.get(heading, ())}


def _fits(meaning: CatalogueField, facts: ColumnFacts) -> float:
    """0 to 1: how well a column's values go with a kind of field."""
    dated = facts.date >= _MOST and facts.number < _MOST
    match meaning.kind:
        case "number" | "money":
            # A column that bears the name but is full of slips is still it: its bad rows are rejected, not overlooked.
            return 0.0 if dated or facts.leading_zero > _SOME else _graded(facts.number, _NEARLY_ALL, _SOME, 0.6)
        case "date":
            return 1.0 if facts.date >= _MOST else 0.8 if _counts_time(facts) else 0.0
        case "time" | "flag" | "email" | "currency" | "zone":
            return float(_passes(meaning.kind, facts))
        case "id":
            if dated or facts.clock >= _MOST or facts.mean_length > _PROSE:
                return 0.0
            is_measure = facts.number >= _NEARLY_ALL and facts.integer < _NEARLY_ALL  # 3.99 is no key
            return 0.15 if is_measure else _graded(facts.code, _HALF, 0.0, 0.75)
        case "text":
            if dated or facts.clock >= _MOST:
                return 0.0
            return 0.72 if facts.code >= _NEARLY_ALL and facts.distinct > _FEW_VALUES else 1.0


def _passes(kind: FieldKind, facts: ColumnFacts) -> bool:
    """Kinds of field whose values a column either has or has not."""
    match kind:
        case "time":
            return facts.clock >= _MOST
        case "flag":
            return facts.flag >= _NEARLY_ALL
        case "email":
            return facts.email >= _HALF
        case "currency":
            return facts.mean_length <= _CODE_LENGTH and facts.number < _SOME
        case _:
            return facts.number < _SOME and facts.date < _SOME


def _graded(share: float, whole: float, part: float, partly: float) -> float:
    """1 from `whole` on, `partly` from `part` on, else 0."""
    return 1.0 if share >= whole else partly if share >= part else 0.0


def _counts_time(facts: ColumnFacts) -> bool:
    """Whether whole numbers are of the size of Excel's days or Unix seconds."""
    whole = facts.number >= _NEARLY_ALL and facts.integer > 0
    return whole and (_EXCEL_DAYS[0] < facts.largest < _EXCEL_DAYS[1] or facts.largest > _UNIX_SECONDS)


def _with_every_number(sample: Sample, scores: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """In a file of daily figures every column of numbers is a series, whatever it is called."""
    for facts in sample.facts:
        own = scores.setdefault(facts.name, {})
        if facts.number >= _MOST and "observed_at" not in own:
            own["value"] = max(own.get("value", 0.0), 0.8)
    return scores


def _assign(scores: dict[str, dict[str, float]], fields: dict[str, CatalogueField]) -> dict[str, tuple[str, float]]:
    """One meaning per column and one column per meaning, best pairs first; ties go by the catalogue's order, then
    by the columns'."""
    rank = {key: place for place, key in enumerate(fields)}
    pairs = sorted(
        (
            (score, key, column)
            for column, found in scores.items()
            for key, score in found.items()
            if score >= _ACCEPTED
        ),
        key=lambda pair: (-pair[0], rank[pair[1]]),
    )
    meanings: dict[str, tuple[str, float]] = {}
    taken: set[str] = set()
    for score, key, column in pairs:
        if column in meanings or (key in taken and not fields[key].many):
            continue
        meanings[column] = (key, score)
        taken.add(key)
    return meanings


def _order_key(sample: Sample, meanings: dict[str, tuple[str, float]]) -> OrderKey:
    """What makes rows one order, told from the sample."""
    column_of = {meaning: column for column, (meaning, _) in meanings.items()}
    order, day = column_of.get("order_id"), column_of.get("order_date")
    if order is not None and day is not None:
        by_order: dict[str, set[str]] = {}
        sizes: dict[str, int] = {}
        for key, when in zip(sample.column(order), sample.column(day), strict=True):
            if not is_blank(key) and not is_blank(when):
                by_order.setdefault(key, set()).add(when.strip()[:10].partition(" ")[0])
                sizes[key] = sizes.get(key, 0) + 1
        several = [key for key, size in sizes.items() if size > 1]
        # Tills that count from one again every day: the same number on many days is not one order.
        if len(several) >= _FEWEST_ORDERS and sum(len(by_order[key]) > 1 for key in several) > len(several) / 2:
            return "order_id_and_day"
    if order is not None:
        return "order_id"
    customer = column_of.get("customer_id") or column_of.get("customer_name") or column_of.get("email")
    if customer is not None and day is not None:
        moments = [cell for cell in sample.column(day) if not is_blank(cell)]
        timed = sum(":" in cell and not cell.rstrip("Z").endswith(("00:00", " 0:00")) for cell in moments)
        pairs = list(zip(sample.column(customer), sample.column(day), strict=True))
        if moments and timed > _MOST * len(moments) and len(set(pairs)) < _NEARLY_ALL * len(pairs):
            return "customer_and_time"
    return "row"
