/** Who is signed in. Kept in the browser's storage, so that a reload and other tabs are signed in too. */

const KEY = "smb.session";

export class Session {
  /** {access_token, refresh_token, expires_at, tenant_id}, or null. Read anew each time: another tab may have changed it. */
  get() {
    try {
      return JSON.parse(localStorage.getItem(KEY));
    } catch {
      return null;
    }
  }

  /** Keeps a token pair as the server gave it. */
  keep(pair, tenantId = this.get()?.tenant_id ?? null) {
    const { access_token, refresh_token, expires_in } = pair;
    const expires_at = Date.now() + expires_in * 1000;
    localStorage.setItem(KEY, JSON.stringify({ access_token, refresh_token, expires_at, tenant_id: tenantId }));
  }

  choose(tenantId) {
    localStorage.setItem(KEY, JSON.stringify({ ...this.get(), tenant_id: tenantId }));
  }

  clear() {
    localStorage.removeItem(KEY);
  }

  /** Calls back when another tab signs in or out. */
  onElsewhere(callback) {
    addEventListener("storage", (event) => {
      if (event.key === KEY && Boolean(event.newValue) !== Boolean(event.oldValue)) callback(Boolean(event.newValue));
    });
  }
}
