/** The page: who is signed in, which conversation is shown, and what connects the parts. */

import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { $, el, icon } from "./dom.js";
import { Imports } from "./imports.js";
import { Session } from "./session.js";
import { SignIn } from "./signin.js";
import { Threads } from "./threads.js";

const NAME = "Ask your shop";
const EXAMPLES = [
  "Top 5 products by revenue last quarter",
  "Revenue by month this year",
  "How many new customers did we get last month?",
  "Orders this month compared with last month",
  "Which country brings the most revenue?",
];

const session = new Session();
const api = new Api(session, showSignIn);
const signIn = new SignIn(api, showApp);
const chat = new Chat(api, {
  onBegun: (threadId) => history.pushState(null, "", `#/${threadId}`),
  onActivity: refreshThreads,
});
const threads = new Threads(api, {
  onOpen: (threadId) => go(threadId),
  onDeleted: (threadId) => threadId === chat.threadId && go(null),
  onProblem: say,
});

/** The conversation that the address names. */
const addressed = () => decodeURIComponent(location.hash.replace(/^#\/?/, "")) || null;

function go(threadId) {
  if (threadId !== addressed()) history.pushState(null, "", threadId ? `#/${encodeURIComponent(threadId)}` : "#/");
  closeSidebar();
  return showAddressed();
}

async function showAddressed() {
  const threadId = addressed();
  if (threadId !== null && threadId === chat.threadId) return name();
  if (threadId === null) chat.begin();
  else {
    try {
      await chat.open(threadId);
    } catch (error) {
      history.replaceState(null, "", "#/");
      chat.begin();
      say(error);
    }
  }
  name();
}

/** Shows the title of the conversation in the list, above it, and in the browser's tab. */
function name() {
  const title = chat.threadId && threads.titleOf(chat.threadId);
  threads.current = chat.threadId;
  $("#thread-title").textContent = title ?? "New conversation";
  document.title = title ? `${title} – ${NAME}` : NAME;
}

async function refreshThreads() {
  await threads.refresh();
  name();
}

function say(error) {
  $("#connection").hidden = false;
  $("#connection").textContent = error.message;
}

function showSignIn() {
  chat.clear();
  threads.clear();
  $("#app").hidden = true;
  document.title = NAME;
  signIn.show();
}

async function showApp() {
  let me;
  try {
    me = await api.json("GET", "/api/auth/me");
  } catch (error) {
    if (error.status === 401) return; // the sign-in is shown already
    $("#app").hidden = false;
    return say(error);
  }
  if (!session.get()) return; // signed out meanwhile, by another tab
  const known = me.memberships.some((membership) => membership.tenant_id === session.get().tenant_id);
  if (!known) session.choose(me.memberships[0]?.tenant_id ?? null);
  $("#account-name").textContent = me.user.name ?? me.user.email;
  $("#tenant").replaceChildren(
    ...me.memberships.map(({ tenant_id, tenant_name }) => el("option", { value: tenant_id }, tenant_name)),
  );
  $("#tenant").value = session.get().tenant_id;
  $("#tenant-choice").hidden = me.memberships.length < 2;
  signIn.hide();
  $("#app").hidden = false;
  await refreshThreads();
  await showAddressed();
}

const narrow = matchMedia("(max-width: 48rem)");

function openSidebar() {
  $("#sidebar").classList.add("open");
  $("#scrim").hidden = false;
  $("#sidebar-open").setAttribute("aria-expanded", "true");
  $("#sidebar-close").focus();
}

function closeSidebar() {
  if (!$("#sidebar").classList.contains("open")) return;
  $("#sidebar").classList.remove("open");
  $("#scrim").hidden = true;
  $("#sidebar-open").setAttribute("aria-expanded", "false");
  if (narrow.matches) $("#sidebar-open").focus();
}

function dress() {
  $("#new-thread").append(icon("plus"), "New conversation");
  $("#sidebar-open").append(icon("menu"));
  $("#sidebar-close").append(icon("close"));
  $("#examples").append(
    ...EXAMPLES.map((question) =>
      el("li", {}, el("button", { type: "button", onclick: () => chat.ask(question) }, question)),
    ),
  );
  $("#new-thread").addEventListener("click", () => go(null));
  $("#sidebar-open").addEventListener("click", openSidebar);
  $("#sidebar-close").addEventListener("click", closeSidebar);
  $("#scrim").addEventListener("click", closeSidebar);
  $("#sidebar").addEventListener("keydown", (event) => event.key === "Escape" && closeSidebar());
  $("#sign-out").addEventListener("click", () => api.signOut());
  $("#tenant").addEventListener("change", (event) => {
    session.choose(event.target.value);
    history.pushState(null, "", "#/");
    chat.clear();
    showApp();
  });
  new Imports(api, { onAsk: (question) => chat.ask(question), onProblem: say });
  addEventListener("popstate", showAddressed);
  session.onElsewhere((signedIn) => (signedIn ? showApp() : showSignIn()));
}

dress();
if (session.get()) showApp();
else showSignIn();
