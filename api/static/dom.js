/** Elements made of attributes and text. Nothing that comes from a server is ever parsed as HTML. */

export const $ = (selector, root = document) => root.querySelector(selector);

/** An element. Attributes that begin with "on" are listeners; null, undefined and false leave one out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SHAPES = {
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  down: "M17 14V4M7 4v10l4 7c1.5 0 2-1 2-2v-5h5.5a1.5 1.5 0 0 0 1.5-1.8l-1.3-6.7A2 2 0 0 0 16.8 4H7M7 4H4v10h3",
  menu: "M4 7h16M4 12h16M4 17h16",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM13.5 7.5l3 3",
  plus: "M12 5v14M5 12h14",
  send: "M12 20V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  up: "M7 10v10M17 20V10M7 20h9.8a2 2 0 0 0 1.9-1.5l1.3-6.7A1.5 1.5 0 0 0 18.5 10H13V5c0-1-.5-2-2-2l-4 7H4v10h3",
  upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
};

/** A line drawing that repeats what the label beside it, or its button's aria-label, says. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "shape");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only a drawing. */
export function iconButton(name, label, onclick, attributes = {}) {
  return el(
    "button",
    { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...attributes },
    icon(name),
  );
}

/** Copies text; true when the browser let us. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no secure context, or no permission
  }
}

/** Hands the user a file. */
export function download(blob, filename) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: filename }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Lets a button say for a moment that it has done its work. */
export function flash(button, said) {
  const before = [...button.childNodes];
  button.replaceChildren(said);
  setTimeout(() => button.replaceChildren(...before), 1600);
}
