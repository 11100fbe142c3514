// <details class="pop"> menus: Escape and a click elsewhere close them, arrows move among their entries.
function openMenus() {
  return document.querySelectorAll("details.pop[open], details.org-menu[open]");
}

// One that somebody has opened stays open while the part around it is brought up to date: the server knows nothing of it.
window.htmx?.registerExtension?.("open-menus", {
  htmx_before_morph_attr: (element, { attrName, newValue }) =>
    !(attrName === "open" && newValue === null && element.matches("details.pop")),
});

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.pop[open], details.org-menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const entries = [...menu.querySelectorAll(".mi")];
  const at = entries.indexOf(document.activeElement);
  entries[(at + step + entries.length) % entries.length]?.focus();
  event.preventDefault();
});
