// A template while it is written: what to look at, the lengths and the phone follow the typing; placeholders go in by button, or
// by Alt and a digit. Without script the page does the same at each Save.
const LOOK_AFTER = 400; // ms without a key
const PARTS = ["look-size", "look-findings", "look-rows", "look-phone"];

const form = document.getElementById("text-form");
const field = form?.querySelector("textarea:not([readonly])");
const inserts = document.getElementById("inserts");
let waiting = 0;

async function look() {
  const asked = field.value;
  try {
    const answer = await fetch(form.dataset.look, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok || field.value !== asked) return;
    const text = await answer.text();
    for (const id of PARTS) {
      const part = document.getElementById(id);
      await window.htmx.swap({ sourceElement: part, target: part, text, select: `#${id}`, swap: "outerMorph" });
    }
  } catch {
    // the server is away: what was found before stays, and the next key asks again
  }
}

function plan() {
  clearTimeout(waiting);
  waiting = setTimeout(look, LOOK_AFTER);
}

function insert(words) {
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

if (field) {
  inserts.hidden = false;
  inserts.addEventListener("click", (event) => {
    const words = event.target.closest("[data-insert]")?.dataset.insert;
    if (words) insert(words);
  });
  field.addEventListener("input", plan);
  field.addEventListener("keydown", (event) => {
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (!event.altKey || event.ctrlKey || event.metaKey || !digit) return;
    const button = inserts.querySelectorAll("[data-insert]")[Number(digit) - 1];
    if (!button) return;
    event.preventDefault();
    insert(button.dataset.insert);
  });
  // Whoever types faster than the page loads (or comes back to what the browser kept) has typed before anybody listened.
  if (field.value !== field.defaultValue) plan();
}
