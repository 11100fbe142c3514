// Dropping a file onto the box chooses it. Everything else of the import works as plain forms.
class FileDrop extends HTMLElement {
  connectedCallback() {
    for (const name of ["dragover", "dragleave", "drop"]) this.addEventListener(name, this);
  }
  handleEvent(event) {
    event.preventDefault();
    this.toggleAttribute("data-over", event.type === "dragover");
    const input = this.querySelector("input[type=file]");
    if (event.type === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  }
}
customElements.define("file-drop", FileDrop);
