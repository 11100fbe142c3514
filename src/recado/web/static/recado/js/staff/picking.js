// Conversations that are selected in the list: X selects the row with the focus, Shift X all up to it. A list that is brought up
// to date keeps what is selected, but for those in which something has happened since.
const chosen = new Set(); // ids, each with its version
let last = null; // the id of the row that was selected last
let isShift = false;

function boxes() {
  return [...document.querySelectorAll(".pick")];
}

function boxOf(row) {
  return row?.closest(".pickable")?.querySelector(".pick");
}

function note() {
  for (const box of boxes()) chosen[box.checked ? "add" : "delete"](box.value);
  say();
}

// A fresh list comes with nothing selected.
function again() {
  for (const box of boxes()) box.checked = chosen.has(box.value);
  say();
}

function say() {
  const label = document.querySelector("[data-picked]");
  if (!label) return;
  const count = boxes().filter((box) => box.checked).length;
  const said = count === 1 ? label.dataset.one : label.dataset.many.replace("%", count);
  if (count && label.textContent !== said) label.textContent = said;
}

function pick(box, isRange) {
  const all = boxes();
  const from = all.findIndex((one) => one.value === last);
  const to = all.indexOf(box);
  if (isRange && from >= 0) for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = true;
  else if (isRange) box.checked = true;
  last = box.value;
  note();
}

document.addEventListener("keydown", (event) => (isShift = event.shiftKey), { capture: true });

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-pick-none]")) {
    for (const box of boxes()) box.checked = false;
    note();
    document.querySelector("[data-row]")?.focus();
    return;
  }
  if (event.target.matches?.(".pick")) {
    pick(event.target, event.shiftKey && event.target.checked);
    return;
  }
  if (!event.target.closest?.("[data-pick-row]")) return;
  const box = boxOf(document.activeElement) || boxOf(document.querySelector("[data-row][aria-current]"));
  if (!box) return;
  if (!isShift) box.checked = !box.checked;
  pick(box, isShift);
});

document.addEventListener("htmx:after:swap", again);
