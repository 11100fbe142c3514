// Words, dates and small DOM pieces. The words come translated from the page; nothing is ever set as HTML.

const words = document.getElementById("words-of-page").dataset;
const { locale, zone } = document.getElementById("handset").dataset;

export const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
const day = format({ weekday: "short", day: "numeric", month: "short" });
const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const second = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const dayOf = (at) => day.format(new Date(at)).replace(",", "");
export const clockOf = (at) => clock.format(new Date(at));
export const secondOf = (at) => second.format(new Date(at));
export const momentOf = (at) => `${dayOf(at)}, ${clockOf(at)}`;

export function piece(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export const copyOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

// Brings the children of `list` in line with `items` and keeps the nodes of what stays, so focus is not lost.
export function keep(list, items, keyOf, make, fill) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    const node = old.get(key) ?? make(item);
    node.dataset.key = key;
    old.delete(key);
    fill(node, item);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  for (const node of old.values()) node.remove();
}
