"""All vendors as data, and what is wrong with a file that cannot be used."""

import re
from urllib.parse import urlsplit

import pytest
import yaml

from storage.kernel.errors import CopilotError
from tools.connectors.core.config import VendorConfig, load_vendors, parse_vendor
from tools.connectors.core.endpoints import Endpoints
from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.folders import VENDORS

VALID = """
vendor: acme
title: Acme
base_url: https://api.acme.example
check: {path: /me}
key: {title: Key, fields: {token: {title: Key}}, account: {source: call, path: id}}
"""


def test_all_are_there_and_each_can_be_connected():
    found = load_vendors()
    assert tuple(found) == VENDORS
    assert all(config.oauth is not None or config.key is not None for config in found.values())
    assert {name for name, config in found.items() if config.key} == {"shopify", "stripe", "square", "hubspot"}


def test_every_address_of_every_vendor_is_encrypted():
    for config in load_vendors().values():
        defaults = {"shop": "a.myshopify.com", "realm_id": "1"}
        urls = [config.base_url, *config.other_origins]
        if config.oauth:
            urls += [config.oauth.authorize_url, config.oauth.token_url]
            urls += [config.oauth.revoke.url] if config.oauth.revoke else []
        assert {urlsplit(config.filled(url, defaults)).scheme for url in urls} == {"https"}


def test_each_value_of_the_flow_says_how_well_it_is_known():
    """A mark of vendor-facts.md, or a word that it is ours, on each line that states a fact about a vendor."""
    from importlib.resources import files

    for vendor in VENDORS:
        text = (files("tools.connectors") / vendor / "vendor.yaml").read_text("utf-8")
        for key in ("base_url", "authorize_url", "token_url", "access_life_seconds", "refresh:", "path: /"):
            for line in (line for line in text.splitlines() if line.strip().startswith(key)):
                above = text.splitlines()[text.splitlines().index(line) - 1]
                assert re.search(r"\[[VRSK]|§|\bours\b", line + above), f"{vendor}: {line}"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("base_url: https://{shop}.acme.example", "acme/vendor.yaml: base_url: no setting 'shop'"),
        ("check: {}", "acme/vendor.yaml: check.path: Field required"),
        ("colour: red", "acme/vendor.yaml: colour: Extra inputs are not permitted"),
        ("vendor: other", "acme/vendor.yaml: vendor: is 'other'"),
        ("version: {place: header, value: '1'}", "acme/vendor.yaml: version: name"),
        ("settings: {shop: {title: Shop, pattern: '('}}", "acme/vendor.yaml: settings.shop: pattern"),
        ("throttle: {signals: [{status: 429, path: x}]}", "acme/vendor.yaml: throttle.signals.0: path"),
        ("key: {title: K, fields: {}, account: {source: call, path: id}}", "acme/vendor.yaml: key: fields"),
        ("key: null", "acme/vendor.yaml: oauth: neither"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_key(change: str, told: str):
    text = yaml.safe_dump({**yaml.safe_load(VALID), **yaml.safe_load(change)})
    with pytest.raises(ValueError, match=re.escape(told)):
        parse_vendor(text, "acme/vendor.yaml", "acme")


def test_text_that_is_no_yaml_is_named_too():
    with pytest.raises(ValueError, match=r"acme/vendor\.yaml"):
        parse_vendor("{", "acme/vendor.yaml", "acme")


@pytest.fixture
def shopify() -> VendorConfig:
    return load_vendors()["shopify"]


@pytest.mark.parametrize(
    "shop",
    [
        "evil.com/.myshopify.com",
        "evil.com#.myshopify.com",
        "evil.com?.myshopify.com",
        "evil.com\\.myshopify.com",
        "user@evil.com.myshopify.com.evil.com",
        "a.b.myshopify.com",
        "-a.myshopify.com",
        "myshopify.com",
        "corner.myshopify.com.evil.com",
        "corner.myshopify.com\n.evil.com",
        "corner.myshopify.com:8443",
        "https://corner.myshopify.com",
        "córner.myshopify.com",
        "١.myshopify.com",
        "%2e.myshopify.com",
        "",
    ],
)
def test_no_shop_address_leads_to_another_host(shopify: VendorConfig, shop: str):
    with pytest.raises(CopilotError, match=r"Shop address|shop address"):
        Endpoints(shopify).checked("shop", shop)


def test_a_shop_address_is_one_whatever_the_case_of_its_letters(shopify: VendorConfig):
    assert Endpoints(shopify).checked("shop", " Corner-1.MyShopify.com ") == "corner-1.myshopify.com"


@pytest.mark.parametrize("server", ["https://accounts.zoho.com.evil.com", "http://accounts.zoho.com", "https://accounts.zoho.evil", "https://evil.com/accounts.zoho.com"])  # fmt: skip
def test_no_sign_in_server_but_the_vendors_own_is_believed(server: str):
    endpoints = Endpoints(load_vendors()["zoho"])
    assert endpoints.checked("accounts_server", "https://accounts.zoho.eu") == "https://accounts.zoho.eu"
    with pytest.raises(CopilotError):
        endpoints.checked("accounts_server", server)


@pytest.mark.parametrize(
    "url",
    [
        "https://graph.microsoft.com.evil.com/v1.0/me",
        "http://graph.microsoft.com/v1.0/me",
        "https://graph.microsoft.com:8443/v1.0/me",
        "https://graph.microsoft.com:99999/v1.0/me",
        "https://user@graph.microsoft.com/v1.0/me",
        "https://graph.microsoft.com@evil.com/v1.0/me",
        "//evil.com/me"[1:].replace("/evil", "evil"),
        "ftp://graph.microsoft.com/x",
        "me",
    ],
)
def test_the_next_page_is_only_ever_the_vendors_own(url: str):
    endpoints = Endpoints(load_vendors()["outlook"])
    own = "https://graph.microsoft.com/v1.0/me/messages?$skip=10"
    assert endpoints.request_url(own, {}) == own
    with pytest.raises(VendorRejected):
        endpoints.request_url(url, {})


def test_a_path_cannot_change_the_host():
    endpoints = Endpoints(load_vendors()["stripe"])
    for path in ("//evil.com/x", "/@evil.com", "/.evil.com"):
        assert urlsplit(endpoints.request_url(path, {})).hostname == "api.stripe.com"


def test_a_sandbox_replaces_the_servers_it_is_named_for_and_no_others():
    config = load_vendors()["quickbooks"]
    endpoints = Endpoints(config, {"api": "https://sandbox-quickbooks.api.intuit.com"})
    settings = {"realm_id": "12"}
    assert endpoints.request_url("/query", settings) == "https://sandbox-quickbooks.api.intuit.com/v3/company/12/query"
    assert config.oauth is not None
    assert endpoints.url("token", config.oauth.token_url, settings) == config.oauth.token_url
