// Checks the code of a receipt on this machine: ECDSA P-256 by WebCrypto, with the keys the page brought along.
// Nothing is sent. Without WebCrypto (no HTTPS, an old browser) the form goes to the server as it stands.
const root = document.querySelector("[data-verify]");
const form = root?.querySelector("form");

function bytes(text) {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}

async function check(given, keys) {
  const parts = given.replace(/\s+/g, "").split("#").pop().split("~");
  if (parts.length !== 9 || parts[0] !== "TS1") return ["malformed"];
  const signature = parts.pop();
  const id = parts.pop();
  if (!Object.hasOwn(keys, id)) return ["unknown"];
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  let right = false;
  try {
    const key = await crypto.subtle.importKey("raw", bytes(keys[id]), curve, false, ["verify"]);
    const signed = new TextEncoder().encode(parts.join("~"));
    right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes(signature), signed);
  } catch {
    right = false;
  }
  return right ? ["good", parts] : ["bad"];
}

function show(state, parts) {
  for (const name of ["good", "bad", "unknown", "malformed"]) root.querySelector(`[data-${name}]`).hidden = name !== state;
  if (parts) {
    const [, paper, code, due, rule, calendar, explanation] = parts;
    const when = due.match(/^(\d+)-(\d+)-(\d+)T(\d+:\d+)/);
    const hex = [...bytes(explanation)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const told = { form: paper, code, due: when ? `${when[4]} ${when[3]}/${when[2]}/${when[1]}` : due, rule, calendar, explanation: hex };
    for (const [name, value] of Object.entries(told)) root.querySelector(`[data-out="${name}"]`).textContent = value;
  }
  root.querySelector(`[data-${state}]`).focus();
}

if (form && globalThis.crypto?.subtle) {
  const keys = JSON.parse(root.dataset.keys);
  const field = form.elements.text;
  const run = async () => show(...(await check(field.value, keys)));
  form.addEventListener("submit", (event) => {
    if (!field.value.trim() || form.elements.file.files.length) return;
    event.preventDefault();
    run();
  });
  const linked = () => {
    if (!location.hash.startsWith("#TS1")) return;
    field.value = decodeURIComponent(location.hash.slice(1));
    run();
  };
  addEventListener("hashchange", linked);
  linked();

  const picture = root.querySelector("[data-picture]");
  if ("BarcodeDetector" in globalThis) {
    picture.hidden = false;
    picture.querySelector("input").addEventListener("change", async (event) => {
      const [file] = event.target.files;
      if (!file) return;
      const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file)).catch(() => []);
      if (found.length) field.value = found[0].rawValue;
      if (found.length) run();
      else show("malformed");
    });
  }
}
