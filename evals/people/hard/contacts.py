"""How mailboxes and telephones are written."""

from typing import Final

from evals.people.deciding import Fact
from evals.people.hard.data import WORDS
from evals.people.hard.drafts import Draft
from evals.people.hard.slips import misdialled, mistyped
from evals.people.hard.world import DIALLED, Company, Person, Phone, home_of, mailbox, mailbox_fact

_MISDOMAINS: Final[dict[str, list[str]]] = WORDS.misdomains
_OFFICES: Final = frozenset({"hubspot", "zoho", "quickbooks", "xero", "zohobooks", "outlook", "gmail"})
"""Where people are more often written down at work."""
_SEPARATORS: Final = {"space": " ", "none": "", "dash": "-", "dot": ".", "slash": " ", "paren": " ", "lead": "-"}


def put_mail(draft: Draft, one: Person | Company, staff: Person | None = None) -> None:
    """Writes the mailbox that somebody gave, if she has one."""
    if draft.has("no mailbox"):
        draft.fields["email"] = draft.rng.one_of(WORDS.nomails)
        return
    if draft.has("shop's mail"):
        draft.fields["email"] = draft.rng.one_of(WORDS.own.mails)
        return
    if draft.system in ("shopify", "stripe") and isinstance(one, Person) and draft.has("relayed mail"):
        relay = sum(ord(letter) * 131**at for at, letter in enumerate(one.truth)) % 36**10
        address = f"{_base36(relay)}@privaterelay.appleid.com"
    else:
        address = _company_mail(draft, one, staff) if isinstance(one, Company) else _mail(draft, one)
    if address:
        _note_employer(draft, one, address)
        draft.fields["email"] = _written_mail(draft, address)


def _note_employer(draft: Draft, one: Person | Company, address: str) -> None:
    """A mailbox at a company's domain tells for whom somebody works, and a company's record which it is."""
    company = one if isinstance(one, Company) else one.work
    if company and address.endswith(f"@{company.domain}"):
        draft.facts.append(Fact(f"work at {company.domain}", strong=False))


def _mail(draft: Draft, one: Person) -> str:
    if one.partner and one.partner.mails and draft.has("partner's mail"):
        return one.partner.mails[-1]
    if one.work and draft.has("office's mail", 2.2 if draft.system in _OFFICES else 0.7):
        return one.work.mail
    if one.work_mail and draft.has("work mail", 2.2 if draft.system in _OFFICES else 0.7):
        return one.work_mail
    if one.shared_mail and draft.has("shared mail"):
        return one.shared_mail
    if len(one.mails) > 1:
        old = draft.day < one.changes["mail"] or draft.has("old mail")
        return one.mails[0 if old != draft.has("second mail", 0.5) else 1]
    return one.mails[0] if one.mails else one.shared_mail or one.work_mail


def _company_mail(draft: Draft, one: Company, staff: Person | None) -> str:
    if staff and draft.has("staff's mail"):
        return staff.work_mail or (staff.mails[-1] if staff.mails else one.mail)
    return one.mail


def _written_mail(draft: Draft, address: str) -> str:
    """An address as it was put down; what is delivered elsewhere for a slip is weak evidence."""
    rng = draft.rng
    local, _, domain = address.partition("@")
    if draft.has("mistyped mail", draft.at.slips):
        draft.facts.append(Fact(mailbox(address), strong=False))
        if domain in _MISDOMAINS and rng.unit() < 0.65:
            return f"{local}@{rng.one_of(_MISDOMAINS[domain])}"
        return f"{mistyped(rng, local, 'typed')}@{domain}"
    draft.facts.append(mailbox_fact(address))
    if domain == "gmail.com":
        if draft.has("tagged mail"):
            local = f"{local}+{rng.one_of(['shop', 'orders', 'news', 'store', '1'])}"
        elif len(local) > 6 and draft.has("dots moved"):
            bare = local.replace(".", "")
            local = bare if "." in local else f"{bare[:4]}.{bare[4:]}"
        if draft.has("second domain", 0.2):
            domain = "googlemail.com"
    written = f"{local}@{domain}"
    if draft.has("capitals in mail"):
        return written.upper() if rng.unit() < 0.4 else f"{local.title()}@{domain}"
    return written


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, last = divmod(number, 36)
        text += digits[last]
    return text or "0"


def put_phone(draft: Draft, one: Person | Company) -> None:
    """Writes the number that somebody gave."""
    if draft.has("no number"):
        draft.fields["phone"] = draft.rng.one_of(WORDS.nophones)
    elif draft.has("shop's phone"):
        draft.fields["phone"] = draft.rng.one_of(WORDS.own.phones)
    else:
        phone = one.home.landline if isinstance(one, Company) else _number(draft, one)
        draft.fields["phone"] = _written_phone(draft, phone)


def _number(draft: Draft, one: Person) -> Phone:
    if one.partner and one.partner.mobile and draft.has("partner's phone"):
        return one.partner.mobile
    if one.work and draft.has("office phone", 1.6 if draft.system in _OFFICES else 0.5):
        return one.work.home.landline
    if one.mobile is None or draft.has("house phone"):
        return home_of(one, draft.day).landline
    return one.mobile


def _written_phone(draft: Draft, phone: Phone) -> str:
    rng = draft.rng
    if draft.has("scientific", 3.0 if draft.system == "file" else 0.0):
        digits = DIALLED[phone.country][0] + "".join(phone.groups)
        return f"{digits[0]}.{digits[1:6]}E+{len(digits) - 1}"
    if draft.has("mistyped phone", draft.at.slips):
        draft.facts.append(Fact(phone.id, strong=False))
        return misdialled(rng, _dialled(draft, phone))
    draft.facts.append(Fact(phone.id, strong=phone.own))
    written = _dialled(draft, phone)
    if "office phone" in draft.mess and draft.has("extension dialled"):
        written += rng.one_of([" x{0}", " ext. {0}", " ext {0}", "-{0}"]).format(rng.whole(11, 399))
    return written


def _dialled(draft: Draft, phone: Phone) -> str:
    rng = draft.rng
    code, trunk, styles = DIALLED[phone.country]
    first, *rest = phone.groups
    if rng.unit() < draft.at.international:
        joined = rng.one_of(["", "", " "])
        start = "00" if rng.unit() < 0.03 else "+"
        middle = f"(0){first}" if trunk and joined and rng.unit() < 0.1 else first
        return joined.join([f"{start}{code}", middle, *rest])
    style = rng.one_of(styles)
    if trunk and draft.system == "file" and draft.has("lost zero"):
        return first + "".join(rest)
    if style == "paren":
        return f"({trunk}{first}) {('-' if phone.country == 'US' else ' ').join(rest)}"
    if style == "slash":
        return f"{trunk}{first}/{' '.join(rest)}"
    written = _SEPARATORS[style].join([f"{trunk}{first}", *rest])
    return f"1-{written}" if style == "lead" else written
