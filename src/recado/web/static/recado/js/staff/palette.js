// All commands under Ctrl K. What can be done on this page is read from the page: links with data-go, elements with data-command
// or data-key and a name. Filter while typing, arrows and Enter choose (ARIA combobox with a listbox).
import { keyOf, use } from "./keys.js";

const dialog = document.getElementById("commands");

function commands() {
  const found = [...document.querySelectorAll("[data-go], [data-key], [data-command]")];
  return found
    .filter((element) => !dialog.contains(element) && element.checkVisibility?.() !== false)
    .map((element) => ({ element, name: nameOf(element), key: element.dataset.go ? `G ${element.dataset.go}` : (element.dataset.key ? keyOf(element, "data-key") : "") }))
    .filter((one) => one.name);
}

function nameOf(element) {
  const label = element.dataset.command || element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.textContent;
  return label.replace(/\s+/g, " ").trim();
}

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function show() {
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const all = commands();
  let at = 0;

  function choose(index) {
    const options = [...list.children];
    if (!options.length) return;
    at = (index + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    field.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }

  function fill() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const fitting = all.filter((one) => words.every((word) => plain(one.name).includes(word)));
    list.replaceChildren(...fitting.map(option));
    dialog.querySelector("[data-none]").hidden = fitting.length > 0;
    field.setAttribute("aria-activedescendant", "");
    choose(0);
  }

  function option(one, number) {
    const entry = document.createElement("li");
    entry.id = `command-${number}`;
    entry.className = "mi";
    entry.role = "option";
    const name = document.createElement("span");
    name.className = "grow";
    name.textContent = one.name;
    entry.append(name);
    if (one.key) {
      const key = document.createElement("kbd");
      key.textContent = one.key.toUpperCase();
      entry.append(key);
    }
    entry.addEventListener("click", () => run(one));
    return entry;
  }

  function run(one) {
    dialog.close();
    use(one.element);
  }

  field.value = "";
  field.oninput = fill;
  field.onkeydown = (event) => {
    if (event.key === "ArrowDown") choose(at + 1);
    else if (event.key === "ArrowUp") choose(at - 1);
    else if (event.key === "Enter") list.children[at]?.click();
    else return;
    event.preventDefault();
  };
  dialog.showModal();
  fill();
  field.focus();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!dialog.open) show();
  });
}
