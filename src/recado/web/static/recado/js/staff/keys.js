// Single keys. They work only while nothing is being typed, can be changed or switched off in the profile, and stand under "?".
// An element says its key: <a data-key="r"> is clicked (or, a field, focused) by R; <a data-go="t"> by G and then T.
const own = JSON.parse(document.getElementById("keys-own")?.textContent || "{}");
let isAfterG = false;

export function isTyping(target) {
  return Boolean(target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));
}

export function keyOf(element, attribute) {
  const usual = element.getAttribute(attribute);
  return own.changed?.[element.dataset.keyName || usual] ?? usual;
}

function find(attribute, key) {
  const found = [...document.querySelectorAll(`[${attribute}]`)];
  return found.find((element) => keyOf(element, attribute) === key && element.checkVisibility?.() !== false);
}

export function use(element) {
  if (element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) {
    element.focus();
    element.select?.();
  } else element.click();
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  (next.matches("a, button") ? next : next.querySelector("a, button"))?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || own.off) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (isAfterG) {
    isAfterG = false;
    const place = find("data-go", key);
    if (place) {
      event.preventDefault();
      place.click();
    }
    return;
  }
  if (key === "g") {
    isAfterG = true;
    setTimeout(() => (isAfterG = false), 1500);
    return;
  }
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
  if (step && !(key.startsWith("Arrow") && !event.target.closest?.("[data-row]")) && move(step)) {
    event.preventDefault();
    return;
  }
  const element = key === "?" ? document.getElementById("open-keys") : find("data-key", key);
  if (element) {
    event.preventDefault();
    use(element);
  }
}

document.addEventListener("keydown", onKey);

// Keys shown on buttons and under "?" are the own ones: the letter after G, and the table of the profile, stay as they are.
function showOwn() {
  for (const shown of own.changed ? document.querySelectorAll("kbd:not([data-own])") : []) {
    const mine = own.changed[shown.textContent.trim().toLowerCase()];
    const isPart = shown.closest(".own-keys") || shown.previousElementSibling?.matches("kbd") || shown.nextElementSibling?.matches("kbd");
    if (mine === undefined || isPart) continue;
    shown.dataset.own = "yes"; // a refreshed part comes without the mark, and with the usual key
    if (mine) shown.textContent = mine.toUpperCase();
    else shown.hidden = true;
  }
}

showOwn();
document.addEventListener("htmx:after:swap", showOwn);

// Inside a form, Ctrl Enter sends it, Ctrl Shift Enter by the button that says so.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-ctrl-enter]");
  if (!form) return;
  const second = event.shiftKey ? form.querySelector("[data-ctrl-shift-enter]") : null;
  event.preventDefault();
  form.requestSubmit(second || form.querySelector("button[data-send]") || form.querySelector("button:not([type=button])"));
});
