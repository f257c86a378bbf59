"""Every vendor's stand-in, for suites that go over all of them."""

from evals.standins.vendors.google import GoogleStandIn
from evals.standins.vendors.hubspot import HubSpotStandIn
from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.outlook import OutlookStandIn
from evals.standins.vendors.quickbooks import QuickBooksStandIn
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.square import SquareStandIn
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.xero import XeroStandIn
from evals.standins.vendors.zoho import ZohoBooksStandIn, ZohoStandIn

STAND_INS: tuple[type[VendorServer], ...] = (
    ShopifyStandIn,
    StripeStandIn,
    SquareStandIn,
    HubSpotStandIn,
    ZohoStandIn,
    ZohoBooksStandIn,
    QuickBooksStandIn,
    XeroStandIn,
    GoogleStandIn,
    OutlookStandIn,
)
