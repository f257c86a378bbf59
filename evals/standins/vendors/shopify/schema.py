"""The part of Shopify's Admin GraphQL schema that is served, in its names and nullability (vendor-facts §1)."""

SDL = """
schema { query: QueryRoot mutation: Mutation }

scalar DateTime
scalar Decimal
scalar Money
scalar URL
scalar UnsignedInt64
scalar Date

enum CurrencyCode { EUR USD JPY KWD GBP CHF CAD AUD }
enum CountryCode { DE ES FR PL US JP KW AT GB }
enum OrderSortKeys { CREATED_AT UPDATED_AT PROCESSED_AT ID ORDER_NUMBER }
enum CustomerSortKeys { CREATED_AT UPDATED_AT ID NAME }
enum ProductSortKeys { CREATED_AT UPDATED_AT ID TITLE }
enum ProductVariantSortKeys { ID SKU TITLE }
enum OrderDisplayFinancialStatus { AUTHORIZED EXPIRED PAID PARTIALLY_PAID PARTIALLY_REFUNDED PENDING REFUNDED VOIDED }
enum OrderDisplayFulfillmentStatus { FULFILLED IN_PROGRESS ON_HOLD OPEN PARTIALLY_FULFILLED UNFULFILLED }
enum OrderCancelReason { CUSTOMER DECLINED FRAUD INVENTORY OTHER STAFF }
enum OrderTransactionKind { AUTHORIZATION CAPTURE CHANGE REFUND SALE VOID }
enum OrderTransactionStatus { AWAITING_RESPONSE ERROR FAILURE PENDING SUCCESS UNKNOWN }
enum ProductStatus { ACTIVE ARCHIVED DRAFT }
enum CustomerState { DECLINED DISABLED ENABLED INVITED }
enum RefundLineItemRestockType { CANCEL LEGACY_RESTOCK NO_RESTOCK RETURN }
enum CountPrecision { AT_LEAST EXACT }
enum ShopifyPaymentsPayoutStatus { CANCELED FAILED IN_TRANSIT PAID SCHEDULED }
enum ShopifyPaymentsPayoutTransactionType { DEPOSIT WITHDRAWAL }
enum PayoutSortKeys { ID ISSUED_AT }

interface Node { id: ID! }

type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type MoneyV2 { amount: Decimal! currencyCode: CurrencyCode! }
type MoneyBag { shopMoney: MoneyV2! presentmentMoney: MoneyV2! }
type Count { count: Int! precision: CountPrecision! }
type Domain { host: String! url: URL! sslEnabled: Boolean! }
type ShopPlan { displayName: String! publicDisplayName: String! partnerDevelopment: Boolean! shopifyPlus: Boolean! }
type Attribute { key: String! value: String }

type Shop implements Node {
  id: ID! name: String! email: String! contactEmail: String! myshopifyDomain: String! primaryDomain: Domain!
  currencyCode: CurrencyCode! enabledPresentmentCurrencies: [CurrencyCode!]! ianaTimezone: String!
  timezoneAbbreviation: String! timezoneOffset: String! timezoneOffsetMinutes: Int! plan: ShopPlan! url: URL!
  taxesIncluded: Boolean! weightUnit: String! createdAt: DateTime! updatedAt: DateTime! shopOwnerName: String!
}

type MailingAddress implements Node {
  id: ID! address1: String address2: String city: String company: String country: String countryCodeV2: CountryCode
  firstName: String lastName: String name: String phone: String province: String provinceCode: String zip: String
  formatted: [String!]!
}

type CustomerEmailAddress { emailAddress: String! }
type CustomerPhoneNumber { phoneNumber: String! }

type Customer implements Node {
  id: ID! legacyResourceId: UnsignedInt64! firstName: String lastName: String displayName: String! email: String
  phone: String note: String tags: [String!]! state: CustomerState! verifiedEmail: Boolean! taxExempt: Boolean!
  locale: String! createdAt: DateTime! updatedAt: DateTime! numberOfOrders: UnsignedInt64! amountSpent: MoneyV2!
  defaultAddress: MailingAddress addressesV2(first: Int, after: String): MailingAddressConnection!
  defaultEmailAddress: CustomerEmailAddress defaultPhoneNumber: CustomerPhoneNumber
  orders(first: Int, after: String, last: Int, before: String, reverse: Boolean = false): OrderConnection!
}

type InventoryItem implements Node {
  id: ID! legacyResourceId: UnsignedInt64! sku: String tracked: Boolean! unitCost: MoneyV2 requiresShipping: Boolean!
  createdAt: DateTime! updatedAt: DateTime!
}
type SelectedOption { name: String! value: String! }

type ProductVariant implements Node {
  id: ID! legacyResourceId: UnsignedInt64! title: String! displayName: String! sku: String barcode: String price: Money!
  compareAtPrice: Money position: Int! availableForSale: Boolean! inventoryQuantity: Int taxable: Boolean!
  inventoryItem: InventoryItem! product: Product! selectedOptions: [SelectedOption!]! createdAt: DateTime!
  updatedAt: DateTime!
}

type ProductCategory { id: ID! fullName: String! name: String! }

type Product implements Node {
  id: ID! legacyResourceId: UnsignedInt64! title: String! handle: String! descriptionHtml: String! description: String!
  productType: String! vendor: String! tags: [String!]! status: ProductStatus! isGiftCard: Boolean!
  category: ProductCategory totalInventory: Int! tracksInventory: Boolean! hasOnlyDefaultVariant: Boolean!
  createdAt: DateTime! updatedAt: DateTime! publishedAt: DateTime onlineStoreUrl: URL variantsCount: Count
  variants(first: Int, after: String, last: Int, before: String): ProductVariantConnection!
}

type TaxLine {
  title: String! rate: Float ratePercentage: Float priceSet: MoneyBag! channelLiable: Boolean source: String
}
type DiscountApplication { index: Int! allocationMethod: String! targetSelection: String! targetType: String! }
type DiscountAllocation { allocatedAmountSet: MoneyBag! discountApplication: DiscountApplication! }

type LineItem implements Node {
  id: ID! title: String! name: String! variantTitle: String sku: String vendor: String quantity: Int!
  currentQuantity: Int! refundableQuantity: Int! unfulfilledQuantity: Int! nonFulfillableQuantity: Int!
  isGiftCard: Boolean! taxable: Boolean! requiresShipping: Boolean! originalUnitPriceSet: MoneyBag!
  originalTotalSet: MoneyBag! discountedUnitPriceSet: MoneyBag!
  discountedTotalSet(withCodeDiscounts: Boolean = false): MoneyBag! totalDiscountSet: MoneyBag!
  discountAllocations: [DiscountAllocation!]! taxLines(first: Int): [TaxLine!]! product: Product
  variant: ProductVariant customAttributes: [Attribute!]!
}

type ShippingLine {
  id: ID title: String! code: String source: String originalPriceSet: MoneyBag! discountedPriceSet: MoneyBag!
  currentDiscountedPriceSet: MoneyBag! taxLines: [TaxLine!]! isRemoved: Boolean!
}

type TransactionFee implements Node {
  id: ID! amount: MoneyV2! flatFee: MoneyV2! rate: Decimal! rateName: String type: String!
}
type OrderTransaction implements Node {
  id: ID! kind: OrderTransactionKind! status: OrderTransactionStatus! gateway: String formattedGateway: String
  manualPaymentGateway: Boolean!
  amountSet: MoneyBag! fees: [TransactionFee!]! accountNumber: String errorCode: String test: Boolean!
  createdAt: DateTime! processedAt: DateTime paymentId: String parentTransaction: OrderTransaction
}

type RefundLineItem {
  id: ID lineItem: LineItem! quantity: Int! priceSet: MoneyBag! subtotalSet: MoneyBag! totalTaxSet: MoneyBag!
  restockType: RefundLineItemRestockType! restocked: Boolean!
}
type RefundShippingLine implements Node {
  id: ID! shippingLine: ShippingLine! subtotalAmountSet: MoneyBag! taxAmountSet: MoneyBag!
}
type Refund implements Node {
  id: ID! legacyResourceId: UnsignedInt64! createdAt: DateTime updatedAt: DateTime! note: String
  totalRefundedSet: MoneyBag! refundLineItems(first: Int, after: String): RefundLineItemConnection!
  refundShippingLines(first: Int, after: String): RefundShippingLineConnection!
  orderAdjustments(first: Int, after: String): OrderAdjustmentConnection!
  transactions(first: Int, after: String): OrderTransactionConnection!
}
type OrderAdjustment implements Node { id: ID! amountSet: MoneyBag! taxAmountSet: MoneyBag! reason: String }

type Order implements Node {
  id: ID! legacyResourceId: UnsignedInt64! name: String! number: Int! email: String phone: String note: String
  tags: [String!]! test: Boolean! confirmed: Boolean! closed: Boolean! createdAt: DateTime! updatedAt: DateTime!
  processedAt: DateTime! closedAt: DateTime cancelledAt: DateTime cancelReason: OrderCancelReason
  currencyCode: CurrencyCode! presentmentCurrencyCode: CurrencyCode! taxesIncluded: Boolean! sourceName: String
  customerLocale: String displayFinancialStatus: OrderDisplayFinancialStatus
  displayFulfillmentStatus: OrderDisplayFulfillmentStatus! discountCode: String discountCodes: [String!]!
  paymentGatewayNames: [String!]! statusPageUrl: URL! subtotalLineItemsQuantity: Int!
  currentSubtotalLineItemsQuantity: Int! subtotalPriceSet: MoneyBag totalPriceSet: MoneyBag! totalTaxSet: MoneyBag
  totalDiscountsSet: MoneyBag totalShippingPriceSet: MoneyBag! totalRefundedSet: MoneyBag!
  totalRefundedShippingSet: MoneyBag! totalReceivedSet: MoneyBag! totalOutstandingSet: MoneyBag!
  netPaymentSet: MoneyBag! originalTotalPriceSet: MoneyBag! currentTotalPriceSet: MoneyBag!
  currentSubtotalPriceSet: MoneyBag! currentTotalTaxSet: MoneyBag! currentTotalDiscountsSet: MoneyBag!
  totalTipReceivedSet: MoneyBag! customer: Customer billingAddress: MailingAddress shippingAddress: MailingAddress
  lineItems(first: Int, after: String, last: Int, before: String, reverse: Boolean = false): LineItemConnection!
  shippingLine: ShippingLine shippingLines(first: Int, after: String): ShippingLineConnection!
  taxLines: [TaxLine!]! refunds(first: Int): [Refund!]! transactions(first: Int): [OrderTransaction!]!
  customAttributes: [Attribute!]!
}

type ShopifyPaymentsPayout implements Node {
  id: ID! legacyResourceId: UnsignedInt64! issuedAt: DateTime! net: MoneyV2! status: ShopifyPaymentsPayoutStatus!
  transactionType: ShopifyPaymentsPayoutTransactionType! externalTraceId: String
}
type ShopifyPaymentsAccount implements Node {
  id: ID! activated: Boolean! country: String! defaultCurrency: CurrencyCode!
  payouts(first: Int, after: String, last: Int, before: String, query: String, reverse: Boolean = false,
    sortKey: PayoutSortKeys = ISSUED_AT): ShopifyPaymentsPayoutConnection!
}

enum WebhookSubscriptionTopic {
  APP_UNINSTALLED CUSTOMERS_CREATE CUSTOMERS_DELETE CUSTOMERS_UPDATE INVENTORY_LEVELS_UPDATE ORDERS_CANCELLED
  ORDERS_CREATE ORDERS_DELETE ORDERS_UPDATED PRODUCTS_CREATE PRODUCTS_DELETE PRODUCTS_UPDATE REFUNDS_CREATE
}
type WebhookSubscription { id: ID! topic: WebhookSubscriptionTopic! uri: String! createdAt: DateTime! }
type UserError { field: [String!] message: String! }
input WebhookSubscriptionInput { uri: String }
type WebhookSubscriptionCreatePayload { webhookSubscription: WebhookSubscription userErrors: [UserError!]! }
type WebhookSubscriptionDeletePayload { deletedWebhookSubscriptionId: ID userErrors: [UserError!]! }

type Mutation {
  webhookSubscriptionCreate(topic: WebhookSubscriptionTopic!,
    webhookSubscription: WebhookSubscriptionInput!): WebhookSubscriptionCreatePayload
  webhookSubscriptionDelete(id: ID!): WebhookSubscriptionDeletePayload
}

type QueryRoot {
  shop: Shop!
  webhookSubscriptions(first: Int, after: String, last: Int, before: String): WebhookSubscriptionConnection!
  shopifyPaymentsAccount: ShopifyPaymentsAccount
  orders(first: Int, after: String, last: Int, before: String, query: String, reverse: Boolean = false,
    sortKey: OrderSortKeys = PROCESSED_AT): OrderConnection!
  order(id: ID!): Order
  refund(id: ID!): Refund
  ordersCount(query: String, limit: Int = 10000): Count
  customers(first: Int, after: String, last: Int, before: String, query: String, reverse: Boolean = false,
    sortKey: CustomerSortKeys = ID): CustomerConnection!
  customer(id: ID!): Customer
  customersCount(query: String, limit: Int = 10000): Count
  products(first: Int, after: String, last: Int, before: String, query: String, reverse: Boolean = false,
    sortKey: ProductSortKeys = ID): ProductConnection!
  product(id: ID!): Product
  productsCount(query: String, limit: Int = 10000): Count
  productVariants(first: Int, after: String, last: Int, before: String, query: String, reverse: Boolean = false,
    sortKey: ProductVariantSortKeys = ID): ProductVariantConnection!
}
"""

CONNECTIONS = (
    "Order",
    "Customer",
    "Product",
    "ProductVariant",
    "LineItem",
    "ShippingLine",
    "RefundLineItem",
    "RefundShippingLine",
    "OrderAdjustment",
    "OrderTransaction",
    "MailingAddress",
    "ShopifyPaymentsPayout",
    "WebhookSubscription",
)


def whole_sdl() -> str:
    """The schema with the connection and edge type of each paged type."""
    connections = "\n".join(
        f"type {name}Connection {{ edges: [{name}Edge!]! nodes: [{name}!]! pageInfo: PageInfo! }}\n"
        f"type {name}Edge {{ cursor: String! node: {name}! }}"
        for name in CONNECTIONS
    )
    return SDL + connections
