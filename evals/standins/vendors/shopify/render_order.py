"""Orders with lines, refunds and transactions as GraphQL nodes (vendor-facts §1)."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from evals.standins.vendors.kit.wire import Json, iso
from evals.standins.vendors.shopify.paging import Cursors, Row, paged, stamp
from evals.standins.vendors.shopify.render import (
    address,
    bag,
    bag_of,
    customer,
    gid,
    identity,
    money,
    number,
    product,
    variant,
)
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import HOME, Customer, Line, Order, Payment, Product, Refund, at_home

ZERO = Decimal(0)
TAXES = {"0.19": "MwSt", "0.21": "IVA", "0.2": "TVA", "0.23": "VAT", "0.0825": "Sales Tax", "0.1": "消費税"}


def summed(amounts: Iterable[Decimal], currency: str) -> Json:
    """A sum whose shop side is the sum of the shop sides, as they were rounded."""
    parts = list(amounts)
    return bag(sum((at_home(part, currency) for part in parts), ZERO), sum(parts, ZERO), currency)


def order_rows(world: World, cursors: Cursors, orders: Sequence[Order]) -> list[Row]:
    return [
        Row(
            number("Order", order.number),
            {
                "CREATED_AT": iso(order.created_at),
                "UPDATED_AT": iso(order.updated_at),
                "PROCESSED_AT": iso(order.placed_at),
                "ORDER_NUMBER": 1000 + order.number,
                "NAME": f"#{1000 + order.number}",
                "STATUS": "cancelled" if order.status == "cancelled" else "open",
                "FINANCIAL_STATUS": financial_status(world, order).lower(),
                "TEST": "false",
            },
            lambda order=order: order_node(world, cursors, order),
        )
        for order in orders
    ]


def refunds_of(world: World, order: Order) -> list[Refund]:
    return [refund for refund in world.refunds if refund.order == order.number]


def payments_of(world: World, order: Order) -> list[Payment]:
    return [payment for payment in world.payments if payment.order == order.number]


def financial_status(world: World, order: Order) -> str:
    if order.status == "cancelled":
        return "VOIDED"
    if order.status == "pending":
        return "PENDING"
    back = sum((refund.total for refund in refunds_of(world, order)), ZERO)
    if not back:
        return "PAID"
    return "REFUNDED" if back == order.total else "PARTIALLY_REFUNDED"


def buyer_of(world: World, order: Order) -> Customer | None:
    """None also once she is deleted: her orders stay, without what was known of her [K]."""
    buyer = world.find(Customer, order.customer) if order.customer else None
    return buyer if buyer is not None and buyer.deleted_at is None else None


def pieces(line: Line) -> int:
    """Shopify's quantity is a whole number: what is sold by weight is one piece at the price of its weight."""
    return int(line.quantity) if line.quantity == line.quantity.to_integral_value() else 1


def _tax_line(rate: Decimal, amounts: Sequence[Decimal], currency: str) -> Json:
    return {
        "title": TAXES.get(str(rate), "Tax"),
        "rate": float(rate),
        "ratePercentage": float(rate * 100),
        "priceSet": summed(amounts, currency),
        "channelLiable": False,
        "source": None,
    }


def line_node(world: World, cursors: Cursors, order: Order, line: Line) -> Json:
    currency, count = line.currency, pieces(line)
    unit = line.unit_price if count == line.quantity else line.gross
    thing = world.find(Product, line.product)
    sold = next((each for each in thing.variants if each.number == line.variant), None) if thing else None
    gone = thing is None or thing.deleted_at is not None
    home_net = at_home(line.gross, currency) - at_home(line.discount, currency)
    returned = sum(
        int(part.quantity) if count == line.quantity else 1
        for refund in refunds_of(world, order)
        for part in refund.lines
        if part.line == line.number
    )
    application = {"index": 0, "allocationMethod": "ACROSS", "targetSelection": "ALL", "targetType": "LINE_ITEM"}
    allocation = {"allocatedAmountSet": bag_of(line.discount, currency), "discountApplication": application}
    return {
        "id": gid("LineItem", line.number),
        "title": line.title,
        "name": f"{line.title} - {sold.title}" if sold else line.title,
        "variantTitle": sold.title if sold else None,
        "sku": line.sku,
        "vendor": thing.brand if thing else None,
        "quantity": count,
        "currentQuantity": count - returned,
        "refundableQuantity": count - returned,
        "unfulfilledQuantity": 0 if order.status == "completed" else count,
        "nonFulfillableQuantity": returned,
        "isGiftCard": line.title == "Gift card",
        "taxable": bool(line.tax_rate),
        "requiresShipping": True,
        "originalUnitPriceSet": bag_of(unit, currency),
        "originalTotalSet": bag_of(line.gross, currency),
        "discountedUnitPriceSet": bag_of(unit, currency),
        "discountedTotalSet": bag(home_net, line.net, currency),
        "totalDiscountSet": bag_of(line.discount, currency),
        "discountAllocations": [allocation] if line.discount else [],
        "taxLines": [_tax_line(line.tax_rate, [line.tax], currency)] if line.tax_rate else [],
        # The product of a line is null once it is deleted [K].
        "product": None if gone or thing is None else (lambda _info: product(cursors, thing)),
        "variant": None if gone or thing is None or sold is None else (lambda _info: variant(cursors, thing, sold)),
        "customAttributes": [] if count == line.quantity else [{"key": "weight_kg", "value": str(line.quantity)}],
    }


def shipping_node(order: Order, refunds: Sequence[Refund]) -> Json:
    back = sum((refund.shipping for refund in refunds), ZERO)
    return {
        "id": gid("ShippingLine", order.number),
        "title": "Standard",
        "code": "standard",
        "source": "shopify",
        "originalPriceSet": bag_of(order.shipping, order.currency),
        "discountedPriceSet": bag_of(order.shipping, order.currency),
        "currentDiscountedPriceSet": bag_of(order.shipping - back, order.currency),
        "taxLines": [],
        "isRemoved": False,
    }


def refund_node(world: World, cursors: Cursors, order: Order, refund: Refund) -> Json:
    currency = refund.currency
    lines = {line.number: line for line in order.lines}

    def returned(position: int) -> Json:
        part = refund.lines[position]
        line = lines[part.line]
        count = int(part.quantity) if pieces(line) == line.quantity else 1
        return {
            "id": gid("RefundLineItem", refund.number * 100 + position),
            "lineItem": line_node(world, cursors, order, line),
            "quantity": count,
            "priceSet": bag_of(part.net / count, currency),
            "subtotalSet": bag_of(part.net, currency),
            "totalTaxSet": bag_of(part.tax, currency),
            "restockType": "RETURN",
            "restocked": True,
        }

    rows = [
        Row(number("RefundLineItem", refund.number * 100 + position), {}, lambda position=position: returned(position))
        for position in range(len(refund.lines))
    ]
    shipping: list[Row] = []
    if refund.shipping:
        node = {
            "id": gid("RefundShippingLine", refund.number),
            "shippingLine": shipping_node(order, [refund]),
            "subtotalAmountSet": bag_of(refund.shipping, currency),
            "taxAmountSet": bag_of(ZERO, currency),
        }
        shipping = [Row(number("RefundShippingLine", refund.number), {}, lambda: node)]
    transaction = Row(number("OrderTransaction", 100_000 + refund.number), {}, lambda: refund_transaction(refund))
    parts = [amount for part in refund.lines for amount in (part.net, part.tax)] + [refund.shipping]
    return {
        **identity("Refund", refund.number),
        "createdAt": iso(refund.refunded_at),
        "updatedAt": iso(refund.updated_at),
        "note": refund.reason,
        "totalRefundedSet": summed(parts, currency),
        "refundLineItems": paged(lambda: rows, cursors),
        "refundShippingLines": paged(lambda: shipping, cursors),
        "orderAdjustments": paged(list, cursors),
        "transactions": paged(lambda: [transaction], cursors),
    }


def refund_transaction(refund: Refund) -> Json:
    return {
        **_transaction(100_000 + refund.number, "REFUND", "SUCCESS"),
        "amountSet": bag_of(refund.total, refund.currency),
        "createdAt": iso(refund.refunded_at),
        "processedAt": iso(refund.refunded_at),
    }


def transactions(world: World, order: Order) -> list[Json]:
    made: list[Json] = []
    for payment in payments_of(world, order):
        good = payment.status == "succeeded"
        fee = {
            "id": gid("TransactionFee", payment.number),
            "amount": money(at_home(payment.fee, payment.currency), HOME),
            "flatFee": money(ZERO, HOME),
            "rate": "0.0145",
            "rateName": payment.brand,
            "type": "processing_fee",
        }
        made.append(
            {
                **_transaction(payment.number, "SALE", "SUCCESS" if good else "FAILURE"),
                "amountSet": bag_of(payment.amount, payment.currency),
                "fees": [fee] if good else [],
                "accountNumber": f"•••• •••• •••• {payment.last4}",
                "errorCode": None if good else "CARD_DECLINED",
                "createdAt": iso(payment.paid_at),
                "processedAt": iso(payment.paid_at),
            }
        )
    return made + [refund_transaction(refund) for refund in refunds_of(world, order)]


def _transaction(key: int, kind: str, status: str) -> Json:
    return {
        "id": gid("OrderTransaction", key),
        "kind": kind,
        "status": status,
        "gateway": "shopify_payments",
        "formattedGateway": "Shopify Payments",
        "manualPaymentGateway": False,
        "fees": [],
        "accountNumber": None,
        "errorCode": None,
        "test": False,
        "paymentId": f"c{key}.1",
        "parentTransaction": None,
    }


def order_node(world: World, cursors: Cursors, order: Order) -> Json:
    refunds = refunds_of(world, order)
    buyer = buyer_of(world, order)
    shipping = Row(number("ShippingLine", order.number), {}, lambda: shipping_node(order, refunds))
    shipped = [shipping] if order.shipping else []
    rates = [rate for rate in sorted({line.tax_rate for line in order.lines}) if rate]
    return {
        **identity("Order", order.number),
        "name": f"#{1000 + order.number}",
        "number": 1000 + order.number,
        "email": buyer.email if buyer else None,
        "phone": buyer.phone if buyer else None,
        "note": None,
        "tags": [],
        "test": False,
        "confirmed": True,
        "closed": order.status == "completed",
        "createdAt": iso(order.created_at),
        "updatedAt": iso(order.updated_at),
        "processedAt": iso(order.placed_at),
        "closedAt": stamp(order.updated_at) if order.status == "completed" else None,
        "cancelledAt": stamp(order.cancelled_at),
        "cancelReason": "CUSTOMER" if order.cancelled_at else None,
        "currencyCode": HOME,
        "presentmentCurrencyCode": order.currency,
        "taxesIncluded": False,
        "sourceName": order.source,
        "customerLocale": "de",
        "displayFinancialStatus": financial_status(world, order),
        "displayFulfillmentStatus": "FULFILLED" if order.status == "completed" else "UNFULFILLED",
        "discountCode": None,
        "discountCodes": [],
        "paymentGatewayNames": ["shopify_payments"] if order.total else [],
        "statusPageUrl": f"https://roastery.example/orders/{order.number}",
        "subtotalLineItemsQuantity": sum(pieces(line) for line in order.lines),
        "totalTipReceivedSet": bag_of(ZERO, order.currency),
        **_totals(order),
        **_after_refunds(world, order, refunds),
        "customer": None if buyer is None else (lambda _info: customer(world, cursors, buyer)),
        "billingAddress": address(buyer) if buyer else None,
        "shippingAddress": address(buyer) if buyer and order.source == "web" else None,
        "lineItems": _lines(world, cursors, order),
        "shippingLine": shipping_node(order, refunds) if order.shipping else None,
        "shippingLines": paged(lambda: shipped, cursors),
        "taxLines": [
            _tax_line(rate, [line.tax for line in order.lines if line.tax_rate == rate], order.currency)
            for rate in rates
        ],
        "refunds": lambda _info, first=None: [refund_node(world, cursors, order, each) for each in refunds][:first],
        "transactions": lambda _info, first=None: transactions(world, order)[:first],
        "customAttributes": [],
    }


def _lines(world: World, cursors: Cursors, order: Order) -> Callable[..., Json]:
    rows = [
        Row(number("LineItem", line.number), {}, lambda line=line: line_node(world, cursors, order, line))
        for line in order.lines
    ]
    return paged(lambda: rows, cursors)


def _totals(order: Order) -> Json:
    currency = order.currency
    gross, discounts = [line.gross for line in order.lines], [line.discount for line in order.lines]
    taxes = [line.tax for line in order.lines]
    subtotal = summed([*gross, *(-discount for discount in discounts)], currency)
    total = summed([*gross, *(-discount for discount in discounts), *taxes, order.shipping], currency)
    return {
        "subtotalPriceSet": subtotal,
        "totalDiscountsSet": summed(discounts, currency),
        "totalTaxSet": summed(taxes, currency),
        "totalShippingPriceSet": bag_of(order.shipping, currency),
        "totalPriceSet": total,
        "originalTotalPriceSet": total,
    }


def _after_refunds(world: World, order: Order, refunds: Sequence[Refund]) -> Json:
    currency = order.currency
    back_net = [part.net for refund in refunds for part in refund.lines]
    back_tax = [part.tax for refund in refunds for part in refund.lines]
    back_shipping = [refund.shipping for refund in refunds]
    nets = [amount for line in order.lines for amount in (line.gross, -line.discount)]
    taxes = [line.tax for line in order.lines]
    all_in = [*nets, *taxes, order.shipping]
    received = all_in if any(each.status == "succeeded" for each in payments_of(world, order)) else []
    due = all_in if order.status == "pending" else []
    back = [*back_net, *back_tax, *back_shipping]
    gone = order.status == "cancelled"
    pieces_left = 0 if gone else sum(pieces(line) for line in order.lines) - _pieces_back(order, refunds)
    return {
        "currentSubtotalLineItemsQuantity": pieces_left,
        "totalRefundedSet": summed(back, currency),
        "totalRefundedShippingSet": summed(back_shipping, currency),
        "totalReceivedSet": summed(received, currency),
        "totalOutstandingSet": summed(due, currency),
        "netPaymentSet": summed([*received, *(-each for each in back)], currency),
        "currentTotalPriceSet": summed([] if gone else [*all_in, *(-each for each in back)], currency),
        "currentSubtotalPriceSet": summed([] if gone else [*nets, *(-each for each in back_net)], currency),
        "currentTotalTaxSet": summed([] if gone else [*taxes, *(-each for each in back_tax)], currency),
        "currentTotalDiscountsSet": summed([] if gone else [line.discount for line in order.lines], currency),
    }


def _pieces_back(order: Order, refunds: Sequence[Refund]) -> int:
    whole = {line.number: pieces(line) == line.quantity for line in order.lines}
    return sum(int(part.quantity) if whole[part.line] else 1 for refund in refunds for part in refund.lines)
