/** Signing in, and creating an account for a shop of one's own. */

import { pageInfo } from "./api.js";
import { $, el } from "./dom.js";

const CURRENCIES = [
  "EUR",
  "USD",
  "GBP",
  "CHF",
  "AUD",
  "BRL",
  "CAD",
  "CZK",
  "DKK",
  "HKD",
  "HUF",
  "INR",
  "JPY",
  "MXN",
  "NOK",
  "NZD",
  "PLN",
  "SEK",
  "SGD",
  "ZAR",
];

export class SignIn {
  #api;
  #onSignedIn;
  #view = $("#sign-in");
  #form = $("#sign-in-form");
  #error = $("#sign-in-form .error");
  #mode = "sign-in";

  constructor(api, onSignedIn) {
    this.#api = api;
    this.#onSignedIn = onSignedIn;
    const names = new Intl.DisplayNames(undefined, { type: "currency" });
    this.#form.elements.currency.append(
      ...CURRENCIES.map((code) => el("option", { value: code }, `${code} – ${names.of(code)}`)),
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    $("#sign-in-switch").addEventListener("click", () =>
      this.#switchTo(this.#mode === "sign-in" ? "register" : "sign-in"),
    );
  }

  async show() {
    this.#view.hidden = false;
    this.#switchTo("sign-in");
    this.#form.elements.email.focus();
    const { demo } = await pageInfo().catch(() => ({ demo: null }));
    if (!demo || this.#form.elements.email.value) return;
    this.#form.elements.email.value = demo.email;
    this.#form.elements.password.value = demo.password;
    $("#demo-note").hidden = false;
    $("button[type=submit]", this.#form).focus();
  }

  hide() {
    this.#view.hidden = true;
    this.#form.reset();
    $("#demo-note").hidden = true;
  }

  #switchTo(mode) {
    this.#mode = mode;
    for (const node of this.#form.querySelectorAll("[data-for]")) node.hidden = node.dataset.for !== mode;
    this.#form.elements.password.autocomplete = mode === "sign-in" ? "current-password" : "new-password";
    this.#say(null);
    if (mode === "register") {
      $("#demo-note").hidden = true;
      this.#form.elements.email.value = this.#form.elements.password.value = "";
      this.#form.elements.tenant_name.focus();
    }
  }

  async #submit() {
    const { tenant_name, email, password, currency } = Object.fromEntries(new FormData(this.#form));
    const button = $("button[type=submit]", this.#form);
    button.disabled = true;
    this.#say(null);
    try {
      if (this.#mode === "sign-in") await this.#api.signIn(email, password);
      else
        await this.#api.register({
          tenant_name,
          email,
          password,
          currency,
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        });
      this.hide();
      this.#onSignedIn();
    } catch (error) {
      this.#say(
        [error.message, ...(error.errors ?? []).map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`)].join(
          "\n",
        ),
      );
    } finally {
      button.disabled = false;
    }
  }

  #say(text) {
    this.#error.hidden = text === null;
    this.#error.textContent = text ?? "";
  }
}
