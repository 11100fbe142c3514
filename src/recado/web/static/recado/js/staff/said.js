// A notice of what was done goes after eight seconds, unless it is being read or has focus.
const SHOWN = 8000;

class SaidToast extends HTMLElement {
  connectedCallback() {
    this.timer = setTimeout(() => this.leave(), SHOWN);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  leave() {
    if (this.matches(":hover, :focus-within")) this.timer = setTimeout(() => this.leave(), 1000);
    else this.remove();
  }
}

customElements.define("said-toast", SaidToast);
