// What is written in a conversation: an answer or a private note, and lists at the cursor. <textarea data-pick="id"> has a list
// <ul id data-mark="@">: the mark opens it, letters narrow it, arrows and Enter choose, Escape closes. A choice stands in the
// text where the mark stood.

// ---------------------------------------------------------------- answer or note

export function show(name) {
  for (const part of document.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== name;
  for (const tab of document.querySelectorAll("[data-write]")) {
    if (tab.dataset.write === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  document.querySelector(".compose")?.classList.toggle("is-note", name === "note");
  document.querySelector(`[data-part="${name}"] textarea`)?.focus();
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest?.("[data-write]");
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(tab.dataset.write);
});

// ---------------------------------------------------------------- lists at the cursor

const LONGEST = 40; // letters after the mark that are looked at

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function listOf(field) {
  return document.getElementById(field.dataset.pick);
}

// Where the mark stands before the cursor, and what was typed after it; null: no list is asked for.
function wish(field, mark) {
  const before = field.value.slice(0, field.selectionStart);
  const at = before.lastIndexOf(mark);
  const typed = before.slice(at + 1);
  if (at < 0 || typed.length > LONGEST || /^\s|\n/.test(typed) || /\S/.test(before.charAt(at - 1))) return null;
  return { at, typed };
}

function options(list) {
  return [...list.children].filter((option) => !option.hidden);
}

function choose(field, list, index) {
  const shown = options(list);
  const at = (index + shown.length) % shown.length;
  shown.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
  field.setAttribute("aria-activedescendant", shown[at].id);
  shown[at].scrollIntoView({ block: "nearest" });
}

function open(field, list, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  for (const option of list.children) option.hidden = !words.every((word) => plain(option.dataset.name).includes(word));
  if (!options(list).length) return close(field, list);
  list.hidden = false;
  field.setAttribute("aria-controls", list.id);
  const begins = ` ${words.join(" ")}`; // "@M" is Marta before Amara
  choose(field, list, Math.max(0, options(list).findIndex((option) => ` ${plain(option.dataset.name)}`.includes(begins))));
}

function close(field, list) {
  list.hidden = true;
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

export function insert(field, text, from = field.selectionStart) {
  field.setRangeText(text, from, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function take(field, list, option) {
  const found = wish(field, list.dataset.mark);
  close(field, list);
  insert(field, option.dataset.insert, found ? found.at : field.selectionStart);
}

function look(field) {
  const list = listOf(field);
  const found = list && wish(field, list.dataset.mark);
  const isChosen = found && [...list.children].some((option) => option.dataset.insert === list.dataset.mark + found.typed);
  if (found && !isChosen) open(field, list, found.typed);
  else if (list && !list.hidden) close(field, list);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-pick]")) look(event.target);
});

document.addEventListener(
  "keydown",
  (event) => {
    const field = event.target;
    const list = field.matches?.("textarea[data-pick]") && listOf(field);
    if (!list || list.hidden || event.ctrlKey || event.metaKey) return;
    const shown = options(list);
    const at = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(field, list, at + step);
    else if (event.key === "Enter" || event.key === "Tab") take(field, list, shown[at]);
    else if (event.key === "Escape") close(field, list);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

// Escape leaves the field, so that single keys work again.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.matches?.(".compose textarea")) return;
  event.target.blur();
  event.stopImmediatePropagation();
}, { capture: true });

document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".picker [role=option]");
  const field = option && document.querySelector(`textarea[data-pick="${option.parentElement.id}"]`);
  if (!field) return;
  event.preventDefault(); // the text keeps the cursor
  take(field, option.parentElement, option);
});

// ---------------------------------------------------------------- suggestions

// What is suggested goes into the form, after what was begun; the times that it offers are sent along.
document.addEventListener("click", (event) => {
  const use = event.target.closest?.("[data-use]");
  const put = event.target.closest?.("[data-put]");
  const field = (use || put) && document.getElementById("reply-text");
  if (!field) return;
  event.preventDefault();
  show("reply");
  if (use) {
    field.form.elements.offer.value = use.dataset.offer;
    field.setSelectionRange(field.value.length, field.value.length);
    insert(field, (field.value.trim() ? "\n" : "") + use.dataset.use);
  } else {
    put.closest("details").open = false;
    insert(field, put.dataset.put);
  }
});

// A button opens the whole list.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-pick-open]");
  const field = button && document.querySelector(`textarea[data-pick="${button.dataset.pickOpen}"]`);
  if (!field) return;
  field.focus();
  open(field, listOf(field), "");
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("textarea[data-pick]")) close(event.target, listOf(event.target));
});
