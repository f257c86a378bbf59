"""QuickBooks Online objects with all that the API sends of them (developer.intuit.com, entity reference; minor version 75).
A garden shop in California; amounts chosen so that every sum can be checked by hand."""

from typing import Any

META = {
    "CreateTime": "2026-03-02T09:15:00-08:00",
    "LastModifiedByRef": {"value": "9341452"},
    "LastUpdatedTime": "2026-03-04T23:30:00-08:00",
}
HEAD: dict[str, Any] = {"domain": "QBO", "sparse": False, "SyncToken": "2", "MetaData": META, "CustomField": []}
USD = {"value": "USD", "name": "United States Dollar"}
ADA = {"value": "58", "name": "Ada's Café 🌱"}
BILL_TO = {
    "Id": "94",
    "Line1": "Ada Byron",
    "Line2": "12 Ocean Dr.",
    "Line3": "Unit 4",
    "City": "Half Moon Bay",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94213",
    "Country": "USA",
    "Lat": "37.4307072",
    "Long": "-122.4295234",
}
SHIP_TO = {
    "Id": "95",
    "Line1": "7 Dock Rd",
    "City": "Monterey",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "93940",
}


def sold(id_: str, item: str, name: str, quantity: Any, price: Any, amount: Any) -> dict[str, Any]:
    return {
        "Id": id_,
        "LineNum": int(id_),
        "Description": f"{name}, as ordered",
        "Amount": amount,
        "LinkedTxn": [],
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ServiceDate": "2026-03-01",
            "ItemRef": {"value": item, "name": name},
            "UnitPrice": price,
            "Qty": quantity,
            "ItemAccountRef": {"value": "79", "name": "Sales of Product Income"},
            "TaxCodeRef": {"value": "TAX"},
        },
    }


SHIPPING = {
    "Amount": 12.5,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}, "TaxCodeRef": {"value": "NON"}},
}
SUBTOTAL: dict[str, Any] = {"Amount": 310, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
DISCOUNT = {
    "Amount": 31.0,
    "DetailType": "DiscountLineDetail",
    "DiscountLineDetail": {
        "PercentBased": True,
        "DiscountPercent": 10,
        "DiscountAccountRef": {"value": "86", "name": "Discounts given"},
    },
}
BUNDLE = {
    "Id": "3",
    "LineNum": 3,
    "Amount": 0,
    "DetailType": "GroupLineDetail",
    "GroupLineDetail": {
        "GroupItemRef": {"value": "201", "name": "Starter kit"},
        "Quantity": 2,
        "Line": [sold("4", "21", "Trowel", 2, 15, 30.0), sold("5", "22", "Gloves", 4, 7.5, 30.0)],
    },
}
TEXT: dict[str, Any] = {
    "Id": "6",
    "LineNum": 6,
    "Description": "Thank you!",
    "DetailType": "DescriptionOnly",
    "DescriptionLineDetail": {},
}
TAX = {
    "TxnTaxCodeRef": {"value": "2"},
    "TotalTax": 22.32,
    "TaxLine": [
        {
            "Amount": 22.32,
            "DetailType": "TaxLineDetail",
            "TaxLineDetail": {
                "TaxRateRef": {"value": "3"},
                "PercentBased": True,
                "TaxPercent": 8,
                "NetAmountTaxable": 279,
            },
        }
    ],
}
SALE: dict[str, Any] = {
    **HEAD,
    "CurrencyRef": USD,
    "ExchangeRate": 1,
    "CustomerRef": ADA,
    "CustomerMemo": {"value": "See you in spring"},
    "BillAddr": BILL_TO,
    "ShipAddr": SHIP_TO,
    "ShipFromAddr": {"Id": "96", "Line1": "123 Sierra Way", "Line2": "San Pablo, CA 87999"},
    "FreeFormAddress": True,
    "BillEmail": {"Address": "Ada@cafe.example, books@cafe.example"},
    "ApplyTaxAfterDiscount": False,
    "PrintStatus": "NeedToPrint",
    "EmailStatus": "EmailSent",
    "TxnTaxDetail": TAX,
}

INVOICE: dict[str, Any] = {
    **SALE,
    "Id": "130",
    "DocNumber": "1037",
    "TxnDate": "2026-03-02",
    "DueDate": "2026-04-01",
    "ShipDate": "2026-03-05",
    "ShipMethodRef": {"value": "UPS", "name": "UPS"},
    "TrackingNum": "1Z999",
    "PrivateNote": "second order this year",
    "AllowIPNPayment": False,
    "AllowOnlinePayment": False,
    "AllowOnlineCreditCardPayment": True,
    "AllowOnlineACHPayment": True,
    "EInvoiceStatus": "Sent",
    "LinkedTxn": [{"TxnId": "100", "TxnType": "Estimate"}],
    "SalesTermRef": {"value": "3", "name": "Net 30"},
    "Line": [
        sold("1", "11", "Landscaping:Rock Fountain", 2, 125, 250),
        BUNDLE,
        TEXT,
        SHIPPING,
        SUBTOTAL,
        DISCOUNT,
    ],
    "TotalAmt": 313.82,
    "Balance": 313.82,
    "Deposit": 0,
    "HomeTotalAmt": 313.82,
    "HomeBalance": 313.82,
}
RECEIPT: dict[str, Any] = {
    **SALE,
    "Id": "47",
    "DocNumber": "1014",
    "TxnDate": "2026-03-03",
    "Line": [sold("1", "11", "Landscaping:Rock Fountain", 1, 125, 125), SUBTOTAL],
    "TotalAmt": 147.32,
    "Balance": 0,
    "PaymentMethodRef": {"value": "2", "name": "Check"},
    "PaymentRefNum": "10264",
    "DepositToAccountRef": {"value": "4", "name": "Undeposited Funds"},
}
MEMO: dict[str, Any] = {
    **SALE,
    "Id": "73",
    "DocNumber": "1026",
    "TxnDate": "2026-03-09",
    "InvoiceRef": {"value": "130"},
    "Line": [
        sold("1", "11", "Landscaping:Rock Fountain", 1, 125, 125),
        SHIPPING,
        SUBTOTAL,
        {**DISCOUNT, "Amount": 12.5},
    ],
    "TotalAmt": 147.32,
    "Balance": 147.32,
    "RemainingCredit": 147.32,
}
REFUND: dict[str, Any] = {
    **SALE,
    "Id": "66",
    "DocNumber": "1020",
    "TxnDate": "2026-03-10",
    "Line": [sold("1", "11", "Landscaping:Rock Fountain", 1, 125, 125), SUBTOTAL],
    "TotalAmt": 147.32,
    "Balance": 0,
    "LinkedTxn": [{"TxnId": "47", "TxnType": "SalesReceipt"}],
    "PaymentMethodRef": {"value": "1", "name": "Cash"},
    "DepositToAccountRef": {"value": "35", "name": "Checking"},
}
PAYMENT: dict[str, Any] = {
    **HEAD,
    "Id": "125",
    "TxnDate": "2026-03-20",
    "CurrencyRef": USD,
    "CustomerRef": ADA,
    "DepositToAccountRef": {"value": "4", "name": "Undeposited Funds"},
    "PaymentMethodRef": {"value": "2", "name": "Check"},
    "PaymentRefNum": "2211",
    "PrivateNote": "paid in full",
    "TotalAmt": 313.82,
    "UnappliedAmt": 0,
    "ProcessPayment": False,
    "LinkedTxn": [],
    "Line": [
        {
            "Amount": 313.82,
            "LinkedTxn": [{"TxnId": "130", "TxnType": "Invoice"}],
            "LineEx": {
                "any": [
                    {
                        "name": "{http://schema.intuit.com/finance/v3}NameValue",
                        "nil": False,
                        "value": {"Name": "txnId", "Value": "130"},
                    }
                ]
            },
        }
    ],
}
SPENT = {
    "Id": "1",
    "Description": "Rakes",
    "Amount": 200.0,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {
        "AccountRef": {"value": "7", "name": "Job Materials"},
        "BillableStatus": "NotBillable",
        "TaxCodeRef": {"value": "NON"},
    },
}
BILL: dict[str, Any] = {
    **HEAD,
    "Id": "25",
    "DocNumber": "B-9",
    "TxnDate": "2026-02-06",
    "DueDate": "2026-03-08",
    "CurrencyRef": USD,
    "VendorRef": {"value": "46", "name": "Norton Lumber"},
    "VendorAddr": {"Id": "31", "Line1": "4528 Country Road"},
    "APAccountRef": {"value": "33", "name": "Accounts Payable (A/P)"},
    "SalesTermRef": {"value": "3"},
    "Line": [SPENT],
    "TotalAmt": 200.0,
    "Balance": 200.0,
    "LinkedTxn": [],
}
BILL_PAYMENT: dict[str, Any] = {
    **HEAD,
    "Id": "118",
    "DocNumber": "1",
    "TxnDate": "2026-03-06",
    "CurrencyRef": USD,
    "VendorRef": {"value": "46", "name": "Norton Lumber"},
    "PayType": "Check",
    "CheckPayment": {"BankAccountRef": {"value": "35", "name": "Checking"}, "PrintStatus": "NeedToPrint"},
    "TotalAmt": 200.0,
    "Line": [{"Amount": 200.0, "LinkedTxn": [{"TxnId": "25", "TxnType": "Bill"}]}],
}
PURCHASE: dict[str, Any] = {
    **HEAD,
    "Id": "144",
    "DocNumber": "77",
    "TxnDate": "2026-03-07",
    "CurrencyRef": USD,
    "AccountRef": {"value": "41", "name": "Mastercard"},
    "PaymentType": "CreditCard",
    "EntityRef": {"value": "50", "name": "Tania's Nursery", "type": "Vendor"},
    "Credit": False,
    "TotalAmt": 82.45,
    "PurchaseEx": {"any": [{"name": "NameValue", "value": {"Name": "TxnType", "Value": "54"}, "nil": False}]},
    "Line": [
        {**SPENT, "Amount": 80},
        {
            **SPENT,
            "Id": "2",
            "Amount": 2.45,
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "8", "name": "Bank Charges"}},
        },
    ],
}
DEPOSIT: dict[str, Any] = {
    **HEAD,
    "Id": "148",
    "TxnDate": "2026-03-21",
    "CurrencyRef": USD,
    "DepositToAccountRef": {"value": "35", "name": "Checking"},
    "TotalAmt": 333.82,
    "CashBack": {"AccountRef": {"value": "99", "name": "Petty Cash"}, "Amount": 20, "Memo": "float"},
    "Line": [
        {"Amount": 313.82, "LinkedTxn": [{"TxnId": "125", "TxnType": "Payment", "TxnLineId": "0"}]},
        {
            "Id": "1",
            "LineNum": 1,
            "Description": "Refund of a fee",
            "Amount": 40.0,
            "DetailType": "DepositLineDetail",
            "DepositLineDetail": {
                "Entity": {"value": "46", "name": "Norton Lumber", "type": "VENDOR"},
                "AccountRef": {"value": "10", "name": "Other Income"},
            },
        },
    ],
}
TRANSFER: dict[str, Any] = {
    **HEAD,
    "Id": "149",
    "TxnDate": "2026-03-22",
    "CurrencyRef": USD,
    "FromAccountRef": {"value": "35", "name": "Checking"},
    "ToAccountRef": {"value": "36", "name": "Savings"},
    "Amount": 500.0,
    "PrivateNote": "rainy days",
}


def posted(id_: str, side: str, account: str, amount: Any) -> dict[str, Any]:
    return {
        "Id": id_,
        "Description": f"{side} of March",
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {
            "PostingType": side,
            "Entity": {"Type": "Customer", "EntityRef": {"value": "58", "name": "Ada's Café 🌱"}},
            "AccountRef": {"value": "39", "name": account},
        },
    }


ENTRY: dict[str, Any] = {
    **HEAD,
    "Id": "227",
    "DocNumber": "J1",
    "TxnDate": "2026-03-31",
    "CurrencyRef": USD,
    "Adjustment": True,
    "PrivateNote": "depreciation",
    "Line": [posted("0", "Debit", "Depreciation", 75.25), posted("1", "Credit", "Truck", 75.25)],
    "TxnTaxDetail": {},
}
CUSTOMER: dict[str, Any] = {
    **HEAD,
    "Id": "58",
    "Title": "Ms",
    "GivenName": "Ada",
    "FamilyName": "Byron",
    "DisplayName": "Ada's Café 🌱",
    "FullyQualifiedName": "Ada's Café 🌱",
    "CompanyName": "Café Ada LLC",
    "PrintOnCheckName": "Café Ada",
    "Active": True,
    "Taxable": True,
    "BillAddr": BILL_TO,
    "ShipAddr": SHIP_TO,
    "Job": False,
    "BillWithParent": False,
    "Balance": 313.82,
    "BalanceWithJobs": 313.82,
    "CurrencyRef": USD,
    "PreferredDeliveryMethod": "Print",
    "IsProject": False,
    "PrimaryPhone": {"FreeFormNumber": "(415) 444-6538"},
    "PrimaryEmailAddr": {"Address": "Ada@Cafe.example"},
    "CustomerTypeRef": {"value": "9", "name": "Wholesale"},
    "V4IDPseudonym": "0020985b",
    "ClientEntityId": "0",
}
VENDOR: dict[str, Any] = {
    **HEAD,
    "Id": "46",
    "DisplayName": "Norton Lumber",
    "CompanyName": "Norton Lumber and Building Materials",
    "PrintOnCheckName": "Norton Lumber",
    "Active": False,
    "Vendor1099": False,
    "AcctNum": "889",
    "Balance": 200,
    "TermRef": {"value": "3"},
    "BillAddr": {"Id": "31", "Line1": "4528 Country Road", "City": "Middlefield", "PostalCode": "94303"},
    "PrimaryEmailAddr": {"Address": "Materials@norton.example"},
    "CurrencyRef": USD,
}
ITEM: dict[str, Any] = {
    **HEAD,
    "Id": "11",
    "Name": "Rock Fountain",
    "Sku": "RF-1",
    "Description": "Fountain of stone",
    "Active": True,
    "SubItem": True,
    "ParentRef": {"value": "30", "name": "Landscaping"},
    "Level": 1,
    "FullyQualifiedName": "Landscaping:Rock Fountain",
    "Taxable": True,
    "SalesTaxIncluded": False,
    "UnitPrice": 275.125,
    "Type": "Inventory",
    "IncomeAccountRef": {"value": "79", "name": "Sales of Product Income"},
    "PurchaseDesc": "from the quarry",
    "PurchaseTaxIncluded": False,
    "PurchaseCost": 125,
    "ExpenseAccountRef": {"value": "80", "name": "Cost of Goods Sold"},
    "AssetAccountRef": {"value": "81", "name": "Inventory Asset"},
    "PrefVendorRef": {"value": "46", "name": "Norton Lumber"},
    "TrackQtyOnHand": True,
    "QtyOnHand": -2.5,
    "ReorderPoint": 10,
    "InvStartDate": "2026-01-01",
}
ESTIMATE: dict[str, Any] = {
    **SALE,
    "Id": "100",
    "DocNumber": "1001",
    "TxnDate": "2026-02-20",
    "ExpirationDate": "2026-03-20",
    "TxnStatus": "Accepted",
    "AcceptedBy": "Ada",
    "AcceptedDate": "2026-02-25",
    "Line": [sold("1", "11", "Landscaping:Rock Fountain", 2, 125, 250), SUBTOTAL],
    "TotalAmt": 270.0,
}
VENDOR_CREDIT = {**BILL, "Id": "26", "DocNumber": "VC-1", "TotalAmt": 50.0, "Balance": 0.0}

FULL: dict[str, dict[str, Any]] = {
    "Invoice": INVOICE, "SalesReceipt": RECEIPT, "CreditMemo": MEMO, "RefundReceipt": REFUND, "Payment": PAYMENT, "Bill": BILL,
    "VendorCredit": VENDOR_CREDIT, "BillPayment": BILL_PAYMENT, "Purchase": PURCHASE, "Deposit": DEPOSIT, "Transfer": TRANSFER,
    "JournalEntry": ENTRY, "Customer": CUSTOMER, "Vendor": VENDOR, "Item": ITEM, "Estimate": ESTIMATE,
}  # fmt: skip
