/** Figures, days and times in the reader's own way of writing. */

const LOCALE = navigator.languages?.[0] ?? "en";
const cached = new Map();

function formatter(kind, options) {
  const key = kind.name + JSON.stringify(options);
  if (!cached.has(key)) cached.set(key, new kind(LOCALE, options));
  return cached.get(key);
}

const number = (value, options) => formatter(Intl.NumberFormat, options).format(value);
const day = (value, options) => formatter(Intl.DateTimeFormat, { timeZone: "UTC", ...options }).format(value);

/** One cell of a column (tools/kit/blocks.py): "" for nothing, figures with their unit, days by their grain. */
export function cell(value, column) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return figure(value, column);
  if (column.type === "date" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return bucket(value, column.name);
  if (column.type === "datetime" && !Number.isNaN(Date.parse(value))) return moment(value);
  return String(value);
}

function figure(value, { type, unit }) {
  if (unit === "%") return number(value, { style: "percent", maximumFractionDigits: 1 });
  if (/^[A-Z]{3}$/.test(unit ?? "")) return money(value, unit);
  const text = number(value, { maximumFractionDigits: type === "integer" ? 0 : 2 });
  return unit ? `${text} ${unit}` : text;
}

function money(value, currency) {
  try {
    return number(value, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  } catch {
    return `${number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 })} ${currency}`;
  }
}

/** The first day of a week, month, quarter or year as that period's name; any other column's as a day. */
function bucket(text, grain) {
  const date = new Date(`${text}T00:00:00Z`);
  switch (grain) {
    case "year":
      return text.slice(0, 4);
    case "quarter":
      return `Q${Math.floor(date.getUTCMonth() / 3) + 1} ${text.slice(0, 4)}`;
    case "month":
      return day(date, { month: "short", year: "numeric" });
    case "week":
      return `week of ${onlyDay(text)}`;
    default:
      return onlyDay(text);
  }
}

/** "2026-03-31" as a day. */
export const onlyDay = (text) =>
  day(new Date(`${text}T00:00:00Z`), { day: "numeric", month: "short", year: "numeric" });

/** A timestamp in the reader's own time zone. */
export const moment = (text) =>
  formatter(Intl.DateTimeFormat, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));

export const count = (value) => number(value, { maximumFractionDigits: 0 });
export const percent = (value) => number(value, { style: "percent", maximumFractionDigits: 0 });

/** "1 row", "3,412 rows". */
export const counted = (value, one, many) => `${count(value)} ${value === 1 ? one : many}`;
