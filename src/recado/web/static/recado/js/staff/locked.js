// The lock page: when another tab of this browser was unlocked, this one goes on too.
const form = document.querySelector("form input[name=next]")?.form;

new BroadcastChannel("recado-idle").addEventListener("message", ({ data }) => {
  if (data.seen && form) location.replace(`/locked?${new URLSearchParams({ next: form.elements.next.value })}`);
});
