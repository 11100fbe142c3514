// A form that a passkey answers: <form data-passkey="/where/the/riddle/is"> asks for it, lets the browser solve it, and sends
// the answer in its field "credential". With data-passkey-new a passkey is made, else one is used.
async function solve(form) {
  const answer = await fetch(form.dataset.passkey, { method: "POST", body: new FormData(form), cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error("no riddle");
  const { publicKey } = await answer.json();
  if (form.hasAttribute("data-passkey-new")) {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

async function onSubmit(event) {
  const form = event.target.closest("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  const said = form.querySelector("[data-passkey-said]");
  said.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await solve(form));
    form.submit();
  } catch {
    said.hidden = false; // declined, timed out, or a browser that knows no passkeys
  }
}

document.addEventListener("submit", onSubmit);
