"""How names of persons and companies are written."""

from typing import Final

from evals.people.deciding import folded
from evals.people.hard.data import COUNTRIES, WORDS
from evals.people.hard.drafts import Draft
from evals.people.hard.slips import mistyped
from evals.people.hard.world import Company, Person, mailbox_fact, plain

_WRITTEN_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_HABITS: Final = {"square": {"given name alone": 5.0, "called name": 1.6}, "gmail": {"given name alone": 3.0, "called name": 1.8},
                  "hubspot": {"given name alone": 2.0}, "stripe": {"middle": 1.5, "given name as a letter": 1.4}}  # fmt: skip
"""What some systems invite to."""
_TURNED: Final = {"VN": 18.0, "JP": 12.0}
"""Where the family name comes first, more names are turned round."""


def person_name(draft: Draft, one: Person) -> None:
    """Writes a person's name, and notes which of her names was meant."""
    rng, habits = draft.rng, _HABITS.get(draft.system, {})
    family = _family(draft, one)
    if one.scripts and draft.has("other script"):
        _in_script(draft, rng.one_of(one.scripts))
        return
    if one.mails and draft.has("mailbox as name"):
        draft.fields["name"] = one.mails[-1]
        draft.facts.append(mailbox_fact(one.mails[-1]))
        return
    given = _given(draft, one, habits)
    if draft.has("given name alone", habits.get("given name alone", 1.0)):
        draft.called, words = folded(given), [given]
    elif draft.has("only the surname"):
        draft.called, words = folded(family), [_title(draft, one), family]
    else:
        draft.called = f"{folded(given)} {folded(family)}"
        draft.family = folded(one.family if family.startswith(one.family) else family)
        words = _ordered(draft, one, given, family)
    draft.fields["name"] = _finished(draft, _spelled(draft, " ".join(_slipped(draft, words)), one.country), one)


def person_forms(one: Person) -> set[str]:
    """All the names that may stand for a person, folded."""
    givens = [one.given, *one.called, one.given[0], one.given.split(" ")[0], one.given.split(" ")[-1]]
    if one.middle:
        givens += [f"{one.given} {one.middle}", f"{one.given} {one.middle[0]}"]
    families = [one.family, one.former, *one.family.split("-")]
    if one.second:
        families.append(f"{one.family} {one.second}")
    first, last = {folded(name) for name in givens}, {folded(name) for name in families if name}
    forms = {f"{given} {family}" for given in first for family in last}
    if one.suffix:
        forms |= {f"{form} {folded(one.suffix)}" for form in forms}
    return forms | first | last | {folded(script) for script in one.scripts}


def company_name(draft: Draft, one: Company, *, noted: bool = True) -> str:
    """Writes a company's name; `noted` where it is the record's own."""
    rng = draft.rng
    core = one.former if one.former and draft.has("former firm") else one.core
    called, text = folded(core), core
    whole = called
    initials = "".join(word[0] for word in core.split() if word[0].isalpha()).upper()
    if len(initials) > 2 and draft.has("acronym"):
        text, called, whole = initials, initials.lower(), ""
    elif draft.has("abbreviated"):
        head, _, last = core.rpartition(" ")
        text = f"{head} {last[:4]}." if head and len(last) > 5 else core
    if draft.has("mistyped name", draft.at.slips):
        words = text.split()
        at = rng.whole(0, len(words) - 1)
        words[at] = mistyped(rng, words[at], draft.at.entered)
        text = " ".join(words)
    text = _with_form(draft, text, one.form, one.country)
    if one.town and draft.has("branch"):
        text = rng.one_of([f"{text} - {one.town}", f"{text} ({one.town})", f"{text} {one.town}"])
        called = whole = f"{called} {folded(one.town)}"
    if "&" in text and rng.unit() < 0.25:
        text = text.replace("&", "and")
    text = _cased(draft, _spelled(draft, text, one.country))
    if noted:
        draft.called, draft.family = called, whole
    return text


def company_forms(one: Company) -> set[str]:
    """All the names that may stand for a company, folded."""
    forms = {folded(one.core), folded(one.former)} - {""}
    forms.add("".join(word[0] for word in one.core.split() if word[0].isalpha()).lower())
    return forms | {f"{form} {folded(one.town)}" for form in forms if one.town}


def _family(draft: Draft, one: Person) -> str:
    """The surname of that day."""
    if one.former:
        before = draft.day < one.changes["name"]
        if before or draft.has("former name"):
            if before:
                draft.mess.append("former name")
            return one.former
    if one.second:
        return one.family if draft.has("one surname") else f"{one.family} {one.second}"
    if "-" in one.family and draft.has("one surname", 0.5):
        return draft.rng.one_of(one.family.split("-"))
    return one.family


def _given(draft: Draft, one: Person, habits: dict[str, float]) -> str:
    rng = draft.rng
    if one.called and draft.has("called name", habits.get("called name", 1.0)):
        return rng.one_of(one.called)
    if " " in one.given and draft.has("called name"):
        return one.given.split(" ")[-1] if one.country == "VN" else rng.one_of(one.given.split(" "))
    if draft.has("given name as a letter", habits.get("given name as a letter", 1.0)):
        return one.given[0]
    if one.middle and draft.has("middle", habits.get("middle", 1.0)):
        return f"{one.given} {one.middle if rng.unit() < 0.4 else one.middle[0]}"
    return one.given


def _in_script(draft: Draft, name: str) -> None:
    """A name in kanji or kana: with, without and with a wide blank, now and then with the given name first."""
    family, given = name.split(" ")
    draft.called, draft.family = folded(name), folded(family)
    draft.fields["name"] = draft.rng.one_of(
        [name, name, f"{family}{given}", f"{family}\u3000{given}", f"{given} {family}", f"{name} 様"]
    )


def _ordered(draft: Draft, one: Person, given: str, family: str) -> list[str]:
    """The words of a whole name, in the order in which they are written."""
    suffix = ""
    initials = [f"{word}." if len(word) == 1 and draft.rng.unit() < 0.5 else word for word in given.split(" ")]
    if one.suffix and draft.has("suffix"):
        suffix = one.suffix
        draft.called = f"{draft.called} {folded(suffix)}"
    if draft.has("comma", draft.at.comma):
        return [f"{family},", *initials, *([suffix] if suffix else [])]
    turned = draft.has("turned round", _TURNED.get(one.country, 1.0))
    family_first = turned != (one.country == "VN")
    words = [family, *initials] if family_first else [*initials, family]
    if " " in one.family and not one.second and draft.has("particle joined"):
        words = [word.replace(" ", "") if word == family else word for word in words]
    if draft.has("title before"):
        words.insert(0, _title(draft, one))
    return [*words, *([suffix] if suffix else [])]


def _title(draft: Draft, one: Person) -> str:
    titles = WORDS.titles
    return draft.rng.one_of(titles.get(one.country, titles["other"])["f" if one.sex == "f" else "m"])


def _slipped(draft: Draft, words: list[str]) -> list[str]:
    if draft.has("mistyped name", draft.at.slips):
        at = draft.rng.one_of(range(len(words)))
        words = [*words[:at], mistyped(draft.rng, words[at], draft.at.entered), *words[at + 1 :]]
    return words


def _spelled(draft: Draft, text: str, country: str) -> str:
    """With its accents, or as a keyboard, a card network or a wrong encoding leaves them."""
    if text.isascii():
        return text
    if country == "DE" and draft.has("umlauts written out"):
        return text.translate(_WRITTEN_OUT)
    if draft.has("no accents", 2.0 if draft.system in ("stripe", "square") else 1.0):
        return plain(text)
    if draft.system in ("file", "quickbooks", "hubspot") and draft.has("mojibake", 4.0):
        return text.encode().decode("cp1252", "replace")
    return text


def _cased(draft: Draft, text: str) -> str:
    if draft.has("written in capitals", draft.at.capitals):
        return text.upper()
    return text.lower() if draft.has("lower case", draft.at.lower) else text


def _finished(draft: Draft, text: str, one: Person) -> str:
    rng = draft.rng
    if draft.family and draft.has("degree"):
        text = f"{text}{rng.one_of([', ', ' '])}{rng.one_of(WORDS.degrees)}"
    text = _cased(draft, text)
    if (
        one.work
        and draft.family
        and draft.has("firm behind", 3.0 if draft.system in ("quickbooks", "xero", "zohobooks") else 1.0)
    ):
        text = rng.one_of([f"{text} ({one.work.core})", f"{text} - {one.work.core}", f"{text}, {one.work.core}"])
    elif draft.has("note", 2.0 if draft.at.entered != "typed" else 0.3):
        text = f"{text} {rng.one_of(WORDS.notes)}"
    if draft.has("blanks"):
        text = rng.one_of([f" {text}", f"{text} ", text.replace(" ", "  ", 1)])
    if len(text) > 12 and draft.has("cut off"):
        text = text[: rng.whole(9, len(text) - 2)]
    return text


def _with_form(draft: Draft, text: str, form: str, country: str) -> str:
    if not form or draft.has("without form"):
        return text
    if draft.has("legal form wrong"):
        form = draft.rng.one_of(COUNTRIES[country].forms)
    elif form in WORDS.forms and draft.has("form otherwise"):
        form = draft.rng.one_of(WORDS.forms[form])
    if "株" in form or "合同" in form:
        return f"{form}{text}" if draft.rng.unit() < 0.6 else f"{text}{form}"
    return f"{text}{form}" if form.startswith(",") else f"{text} {form}"
