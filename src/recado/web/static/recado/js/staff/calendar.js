// A printed page: the server has written down who prints; the browser's own dialog opens once, and the address forgets it.
customElements.define('print-now', class extends HTMLElement {
  connectedCallback() {
    const here = new URL(location.href)
    here.searchParams.delete('print')
    history.replaceState(history.state, '', here)
    requestAnimationFrame(() => window.print())
  }
})
