"""What happens to a business while it is being followed: what is added, changed and deleted, by its trade."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from evals.standins.vendors.world import World, things

Deed = Callable[[World], object]

PHONE = "+49 30 1234567"


def new_customer(world: World) -> None:
    world.add(replace(world.customers[2], number=9_002, email="new@mail.example"))


def other_phone(world: World) -> None:
    world.change(world.customers[0], phone=PHONE)


def other_title(world: World) -> None:
    world.change(world.products[0], title="Beans of the house")


def gone_customer(world: World) -> None:
    world.delete(world.customers[3])


def gone_product(world: World) -> None:
    world.delete(world.products[3])


# ── a shop ───────────────────────────────────────────────────────────────────────────────────────────────────


def new_order(world: World) -> None:
    """Paid like the one it repeats."""
    order = _paid(world)
    world.add(replace(order, number=9_001, lines=[replace(line, number=90_001 + line.number) for line in order.lines]))
    world.add(replace(_payment(world, order), number=9_001, order=9_001, paid_at=world.clock.now()))


def new_refund(world: World) -> None:
    order, now = _paid(world), world.clock.now()
    line = order.lines[0]
    back = [things.RefundLine(line.number, line.quantity, line.net, line.tax)]
    number = world.next_number(things.Refund)
    world.add(things.Refund(number, now, now, order.number, order.currency, back, Decimal(0), "Late", now))
    world.change(order)
    world.change(_payment(world, order))


def cancelled_order(world: World) -> None:
    order = next(one for one in world.orders if one.status == "pending")
    world.change(order, status="cancelled", cancelled_at=world.clock.now())


def _paid(world: World) -> things.Order:
    refunded = {refund.order for refund in world.refunds}
    return next(
        one for one in world.orders
        if one.status == "completed" and one.customer and one.number not in refunded and one.lines[0].net > 1
    )  # fmt: skip


def _payment(world: World, order: things.Order) -> things.Payment:
    return next(one for one in world.payments if one.order == order.number and one.status == "succeeded")


# ── a CRM ────────────────────────────────────────────────────────────────────────────────────────────────────


def new_deal(world: World) -> None:
    world.add(replace(_hoped_for(world), number=9_001, title="Wholesale for a café", amount=Decimal("7.125")))


def won_deal(world: World) -> None:
    world.change(_hoped_for(world), stage="won")


def gone_deal(world: World) -> None:
    world.delete(next(one for one in world.deals if one.amount and one.stage == "won"))


def gone_company(world: World) -> None:
    world.delete(world.companies[1])


def _hoped_for(world: World) -> things.Deal:
    return next(one for one in world.deals if one.stage == "proposal" and one.amount and one.number != 9_001)


# ── books ────────────────────────────────────────────────────────────────────────────────────────────────────


def new_invoice(world: World) -> None:
    one = next(one for one in world.invoices if one.status == "open" and one.lines)
    lines = [replace(line, number=90_001 + place) for place, line in enumerate(one.lines)]
    world.add(replace(one, number=9_001, code="INV-9001", lines=lines))


def void_invoice(world: World) -> None:
    world.change(_free_invoice(world), status="void")


def gone_invoice(world: World) -> None:
    world.delete(_free_invoice(world))


def gone_bill(world: World) -> None:
    world.delete(next(bill for bill in world.bills if bill.status == "open" and not bill.settlements))


def _free_invoice(world: World) -> things.Invoice:
    """Open, and nothing is paid or credited of it."""
    credited = {credit.invoice for credit in world.credits}
    return next(
        one for one in world.invoices
        if one.status == "open" and not one.settlements and one.number not in credited and one.number != 9_001
    )  # fmt: skip


# ── a mailbox ────────────────────────────────────────────────────────────────────────────────────────────────


def new_mails(world: World) -> None:
    """Some, and one that came and went."""
    one, now = _inbox(world)[5], world.clock.now()
    for number in range(9_001, 9_006):
        world.add(replace(one, number=number, subject=f"Offer {number}", sent_at=now))
    world.delete(world.get(things.Mail, 9_002))


def read_mail(world: World) -> None:
    world.change(next(mail for mail in _inbox(world) if not mail.read), read=True)


def moved_mail(world: World) -> None:
    world.change(_inbox(world)[3], folder="archive")


def gone_mail(world: World) -> None:
    world.delete(_inbox(world)[4])


def new_event(world: World) -> None:
    world.add(replace(world.events[0], number=9_001, title="Tasting"))


def moved_event(world: World) -> None:
    one, day = world.events[2], timedelta(days=1)
    world.change(one, starts_at=one.starts_at + day, ends_at=one.ends_at + day)


def gone_event(world: World) -> None:
    world.delete(world.events[1])


def _inbox(world: World) -> list[things.Mail]:
    return [mail for mail in world.mails if mail.folder == "inbox"]
