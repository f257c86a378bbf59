"""Mistakes of hand, ear and software."""

import random
import unicodedata

_KEYS = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        "wa qes wrd etf ryg tuh yij uok ipl ol qsz awd sef drg fth gyj huk jil ko asx zsc xdv cfb vgn bhm njk".split(),
        strict=True,
    )
)
_HEARD = (("ph", "f"), ("ck", "k"), ("y", "i"), ("ie", "ei"), ("s", "z"), ("ei", "ie"), ("th", "t"), ("c", "k"))
_HEARD_TOO = (("tt", "t"), ("nn", "n"), ("ll", "l"), ("ss", "s"), ("mm", "m"), ("ai", "ei"), ("er", "ar"), ("v", "w"))
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "o", "å": "aa"}
)
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae"})


def typed(text: str, rng: random.Random) -> str:
    """One letter left out, doubled, exchanged with the next or with its neighbour on the keyboard. The first letter stays:
    it is seldom wrong."""
    places = [at for at, one in enumerate(text) if at and one.isalpha()]
    if len(places) < 2:
        return text
    wrong = _struck(text, rng.choice(places), rng)
    return wrong.upper() if text.isupper() else wrong


def _struck(text: str, at: int, rng: random.Random) -> str:
    kind = rng.choices(("left out", "doubled", "exchanged", "next key"), (34, 16, 24, 26))[0]
    if kind == "left out":
        return text[:at] + text[at + 1 :]
    if kind == "doubled":
        return text[: at + 1] + text[at].lower() + text[at + 1 :]
    if kind == "exchanged" and at + 1 < len(text) and text[at + 1].isalpha():
        return text[:at] + text[at + 1].lower() + text[at].lower() + text[at + 2 :]
    return text[:at] + rng.choice(_KEYS.get(text[at].lower(), "e")) + text[at + 1 :]


def heard(text: str, rng: random.Random) -> str:
    """Written by ear, as on the telephone; the text itself where nothing in it sounds like something else."""
    fitting = [pair for pair in (*_HEARD, *_HEARD_TOO) if pair[0] in text[1:].lower()]
    if not fitting:
        return f"{text[:-1]}" if text.endswith("e") else f"{text}e"
    sound, letters = rng.choice(fitting)
    at = text.lower().index(sound, 1)
    return text[:at] + letters + text[at + len(sound) :]


def digits(text: str, rng: random.Random) -> str:
    """Two digits exchanged, or one wrong; not among the first three characters, where it would be noticed."""
    places = [at for at, one in enumerate(text) if at > 2 and one.isdigit()] or [
        at for at, one in enumerate(text) if one.isdigit()
    ]
    if not places:
        return text
    swaps = [at for at in places if text[at + 1 : at + 2].isdigit() and text[at] != text[at + 1]]
    if swaps and rng.random() < 0.5:
        at = rng.choice(swaps)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    at = rng.choice(places)
    return text[:at] + rng.choice([one for one in "0123456789" if one != text[at]]) + text[at + 1 :]


def mailbox(address: str, rng: random.Random) -> str:
    """A mistake in the domain as often as in what is before it."""
    local, _, domain = address.partition("@")
    if rng.random() < 0.5:
        return f"{typed(local, rng)}@{domain}"
    name, _, top = domain.partition(".")
    wrong = {"com": "con cmo co om", "co.uk": "com couk co.u", "de": "d ed", "fr": "ft", "net": "ne nte"}.get(top, "")
    if wrong and rng.random() < 0.4:
        return f"{local}@{name}.{rng.choice(wrong.split())}"
    return f"{local}@{typed(name, rng)}.{top}"


def without_accents(text: str, rng: random.Random) -> str:
    """ "Muller" or "Mueller" for "Müller"."""
    german = text.translate(_GERMAN)
    if german != text and rng.random() < 0.5:
        return german
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(one for one in plain if not unicodedata.combining(one))


def misread(text: str) -> str:
    """UTF-8 that was read as Windows-1252 ("MÃ¼ller")."""
    return text.encode("utf-8").decode("cp1252", "replace")


def has_accents(text: str) -> bool:
    return not text.isascii()
