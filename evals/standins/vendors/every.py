"""The stand-ins that there are."""

from evals.standins.vendors.hubspot import HubSpotStandIn
from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.quickbooks import QuickBooksStandIn
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.square import SquareStandIn
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.xero import XeroStandIn

STAND_INS: tuple[type[VendorServer], ...] = (
    ShopifyStandIn,
    StripeStandIn,
    SquareStandIn,
    HubSpotStandIn,
    QuickBooksStandIn,
    XeroStandIn,
)
