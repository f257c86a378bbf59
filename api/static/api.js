/** Requests to the server: with the access token, a fresh one when it is needed, and problems as errors. */

const EARLY_MS = 30_000;

/** What the server answered instead (RFC 9457), in words for people. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super([body?.detail ?? `The server answered with ${status}.`, body?.hint].filter(Boolean).join(" "));
    this.status = status;
    this.errors = body?.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may go through later. */
  get passing() {
    return [429, 502, 503, 504].includes(this.status);
  }
}

/** The server could not be reached. */
export class Unreachable extends Error {
  constructor() {
    super("The server cannot be reached.");
  }
}

export class Api {
  #session;
  #onSignedOut;

  /** `onSignedOut` is called when the server no longer knows the sign-in. */
  constructor(session, onSignedOut) {
    this.#session = session;
    this.#onSignedOut = onSignedOut;
  }

  /** The response of a request as whoever is signed in. Throws Problem, Unreachable, or AbortError. */
  async fetch(method, path, { json, body, headers = {}, signal } = {}) {
    const send = async (token) => {
      const tenant = this.#session.get()?.tenant_id;
      const all = { Authorization: `Bearer ${token}`, ...(tenant && { "X-Tenant-ID": tenant }), ...headers };
      return request(method, path, { json, body, headers: all, signal });
    };
    const token = await this.#token(null);
    try {
      return await send(token);
    } catch (error) {
      if (error.status !== 401) throw error;
      return send(await this.#token(token));
    }
  }

  async json(method, path, json, options = {}) {
    const response = await this.fetch(method, path, { json, ...options });
    return response.status === 204 ? null : response.json();
  }

  async signIn(email, password) {
    this.#session.keep(await open("/api/auth/login", { email, password }), null);
  }

  async register(fields) {
    const made = await open("/api/auth/register", fields);
    this.#session.keep(made, made.tenant.id);
  }

  async signOut() {
    try {
      await this.json("POST", "/api/auth/logout");
    } catch {
      // Signed out here in any case; the tokens run out by themselves.
    }
    this.#session.clear();
    this.#onSignedOut();
  }

  /** An access token that is not `refused`. A refresh token is good for one use, so tabs take turns. */
  async #token(refused) {
    const usable = (kept) => kept && kept.access_token !== refused && kept.expires_at - EARLY_MS > Date.now();
    const kept = this.#session.get();
    if (usable(kept)) return kept.access_token;
    return oneTabAtATime(async () => {
      const current = this.#session.get();
      if (usable(current)) return current.access_token;
      if (!current) throw this.#signedOut();
      try {
        this.#session.keep(await open("/api/auth/refresh", { refresh_token: current.refresh_token }));
      } catch (error) {
        if (error.status === 401 || error.status === 422) throw this.#signedOut();
        throw error;
      }
      return this.#session.get().access_token;
    });
  }

  #signedOut() {
    this.#session.clear();
    this.#onSignedOut();
    return new Problem(401, { detail: "You are signed out." });
  }
}

/** What the page may know before anybody has signed in: the demo shop's sign-in, if there is one. */
export const pageInfo = async () => (await request("GET", "/page.json", {})).json();

const open = async (path, json) => (await request("POST", path, { json })).json();

async function request(method, path, { json, body, headers = {}, signal }) {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: json === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: json === undefined ? body : JSON.stringify(json),
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable();
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  throw new Problem(response.status, problem, Number(response.headers.get("Retry-After")) || null);
}

// Web Locks exist in secure contexts only; elsewhere a second tab may have to sign in again.
const oneTabAtATime = (work) => (navigator.locks ? navigator.locks.request("smb.refresh", work) : work());
