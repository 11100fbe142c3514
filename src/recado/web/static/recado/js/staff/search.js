// The search field of the top bar finds people while somebody types: a combobox with a list under it (ARIA 1.2). What is typed
// goes by POST only. Enter without a choice sends the form, as it does without script.
const WAIT = 160; // ms after the last key
const SHORTEST = 2; // letters; the server finds beginnings of three, and whole shorter words

class Quick {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("input[name=q]");
    this.at = -1;
    this.asked = 0;
    this.build();
    this.field.addEventListener("input", () => this.plan());
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("focus", () => this.show(this.options.length > 0 && Boolean(this.field.value.trim())));
    form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || this.show(false));
    form.addEventListener("submit", () => this.show(false));
  }

  build() {
    this.panel = document.createElement("div");
    this.panel.className = "menu hits";
    this.panel.hidden = true;
    this.list = document.createElement("div");
    this.list.id = "hits-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.field.labels[0].textContent);
    this.said = document.createElement("p");
    this.said.className = "hits-end small t3";
    this.said.setAttribute("role", "status");
    this.panel.append(this.list, this.said);
    this.panel.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps its focus
    this.form.append(this.panel);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "hits-list"], ["aria-expanded", "false"]])
      this.field.setAttribute(name, value);
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  show(isOpen) {
    this.panel.hidden = !isOpen;
    this.field.setAttribute("aria-expanded", String(isOpen && this.options.length > 0));
    if (!isOpen) this.choose(-1);
  }

  plan() {
    clearTimeout(this.timer);
    this.asked += 1; // an answer that is on its way is for other words
    if (this.field.value.trim().length < SHORTEST) {
      this.list.replaceChildren();
      this.show(false);
      return;
    }
    this.timer = setTimeout(() => this.ask(this.asked), WAIT);
  }

  async ask(number) {
    const answer = await fetch(this.form.action, { method: "POST", body: new FormData(this.form), headers: { "X-Quick": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || number !== this.asked) return; // the connection's own notice says what is wrong
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== this.asked) return;
    this.said.textContent = found.querySelector("[data-said]")?.textContent.trim() ?? "";
    this.list.replaceChildren(...found.querySelectorAll("[role=option]"));
    this.list.hidden = !this.options.length;
    this.choose(-1);
    this.show(this.form.contains(document.activeElement));
  }

  choose(index) {
    const options = this.options;
    this.at = index < 0 || !options.length ? -1 : index % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === this.at)));
    if (this.at < 0) this.field.removeAttribute("aria-activedescendant");
    else {
      this.field.setAttribute("aria-activedescendant", options[this.at].id);
      options[this.at].scrollIntoView({ block: "nearest" });
    }
  }

  onKey(event) {
    const count = this.options.length;
    if (event.key === "Escape" && !this.panel.hidden) this.show(false);
    else if (event.key === "Enter" && this.at >= 0 && !this.panel.hidden) this.options[this.at].click();
    else if (event.key === "ArrowDown" && count) this.move(this.at + 1);
    else if (event.key === "ArrowUp" && count) this.move(this.at < 0 ? count - 1 : this.at - 1);
    else return;
    event.preventDefault();
  }

  move(index) {
    if (this.panel.hidden) this.show(true);
    this.choose(index);
  }
}

for (const form of document.querySelectorAll("form[data-search]")) new Quick(form);
