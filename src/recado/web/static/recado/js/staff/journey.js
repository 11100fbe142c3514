// The page of a journey. A step's form saves itself into the draft a moment after a change; cards move by drag, and by Alt with an
// arrow key while the focus is in them. Both press what the page has as buttons and forms: without script nothing is missing.
const AFTER = 800; // ms without a change
let timer = 0;
let saving = Promise.resolve();

function say(form, words, isBad) {
  const place = form.querySelector("[data-saved]");
  place.textContent = words;
  place.classList.toggle("bad", Boolean(isBad));
}

async function save(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "true", "HX-Request": "true" } });
    if (!answer.headers.get("content-type")?.includes("json")) throw new Error("not saved");
    const { edit, told } = await answer.json();
    if (edit) for (const field of document.querySelectorAll("#panel input[name=edit]")) field.value = edit;
    say(form, told, !answer.ok);
  } catch {
    say(form, form.dataset.failed, true);
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-autosave]");
  if (!form || !form.reportValidity()) return;
  clearTimeout(timer);
  timer = setTimeout(() => { saving = saving.then(() => save(form)); }, AFTER);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-autosave]")) clearTimeout(timer);
});

// ------------------------------------------------------------------------------------------------ moving

const formOf = (card) => card?.querySelector("form[data-step]");

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const card = event.target.closest?.(".tl-card");
  const button = formOf(card)?.querySelector(`[data-move=${event.key === "ArrowUp" ? "up" : "down"}]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

let dragged = null;
document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.(".tl-card[draggable=true]");
  if (!card) return;
  dragged = formOf(card);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
});
function over(event) {
  const card = dragged && event.target.closest?.(".tl-card");
  return card && formOf(card) && formOf(card) !== dragged ? card : null;
}
function unmark() {
  for (const card of document.querySelectorAll("[data-over]")) card.removeAttribute("data-over");
}
document.addEventListener("dragover", (event) => {
  const card = over(event);
  unmark();
  if (!card) return;
  event.preventDefault();
  card.toggleAttribute("data-over", true);
});
document.addEventListener("drop", (event) => {
  const card = over(event);
  if (!card) return;
  event.preventDefault();
  const before = document.createElement("input");
  Object.assign(before, { type: "hidden", name: "before", value: formOf(card).dataset.step });
  dragged.append(before);
  dragged.submit();
});
document.addEventListener("dragend", () => { dragged = null; unmark(); });

// Where a step was opened or moved, the keyboard goes on there: once the browser has gone to the place in the address, which
// takes the focus from whatever has it.
function goOn() {
  if (location.hash === "#panel") document.getElementById("panel")?.focus({ preventScroll: true });
  else if (location.hash.startsWith("#step-")) document.getElementById(location.hash.slice(1))?.querySelector("h2 a")?.focus();
}
if (document.readyState === "complete") goOn();
else addEventListener("load", () => setTimeout(goOn));
