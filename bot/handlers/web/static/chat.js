// The conversation without page loads. Everything works without this file too.
const [log, say, notice, again, here, photo] = ["log", "say", "notice", "again", "here", "photo"].map((id) => document.getElementById(id));
const box = say.elements.text;
const PATIENCE = 30000; // ms
const LARGEST = 1e7; // bytes of a picture
const LONGEST = 2560; // pixels of a picture that is sent: a code is read as well, over a weak network sooner
let unanswered = null; // sent again as it is, so that the server takes it once
let busy = false;

const unique = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");
const newest = () => document.getElementById("newest");

function ask(fields) {
  if (busy) return;
  unanswered = fields.photo ? new FormData() : new URLSearchParams();
  const all = { csrf: say.elements.csrf.value, update: unique(), seen: newest().dataset.turn, ...fields };
  for (const name in all) unanswered.set(name, all[name]);
  send(unanswered);
}

async function send(body) {
  wait(true);
  const slow = setTimeout(tell, 500, say.dataset.sending); // most answers are faster: nothing to announce
  try {
    show(body, await answerTo(body));
    tell("");
  } catch (error) {
    tell(error.kind || say.dataset.failed, true);
  }
  clearTimeout(slow);
  wait(false);
}

async function answerTo(body) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), body.has("photo") ? 2 * PATIENCE : PATIENCE);
  const headers = { "X-Requested-With": "fetch" };
  try {
    const answer = await fetch(say.action, { method: "POST", body, headers, signal: stop.signal });
    if (answer.status === 205) return null;
    const text = await answer.text();
    const ours = /^text.plain/.test(answer.headers.get("Content-Type"));
    if (!answer.ok) throw { kind: ours && text };
    return turnIn(text);
  } finally {
    clearTimeout(late);
  }
}

// A network that wants a login answers with a page of its own: that is no turn.
function turnIn(text) {
  const turn = document.createRange().createContextualFragment(text).querySelector(".turn");
  if (!turn) throw {};
  return turn;
}

function show(body, turn) {
  if (box.value === body.get("text")) box.value = "";
  if (body.has("photo")) {
    photo.open = false;
    photo.querySelector("form").reset();
  }
  if (!turn) return location.reload();
  newest()?.removeAttribute("id");
  log.append(turn);
  offer(turn);
  turn.scrollIntoView();
  // On a phone the keys would hide the answer.
  const writing = body.has("text") && matchMedia("(pointer: fine)").matches;
  (writing ? box : turn).focus({ preventScroll: true });
}

function wait(on) {
  busy = box.readOnly = on;
  say.classList.toggle("busy", on);
}

function tell(words, failed = false) {
  notice.textContent = words;
  again.hidden = !failed;
}

say.addEventListener("submit", (event) => {
  event.preventDefault();
  ask({ text: box.value });
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=option]");
  if (!button) return;
  event.preventDefault();
  ask({ option: button.value, label: button.textContent });
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say.elements.send.click();
});
again.addEventListener("click", () => send(unanswered));

// The picture drawn anew: smaller, and without the place where it was taken.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const drawn = new OffscreenCanvas(picture.width * scale, picture.height * scale);
    drawn.getContext("2d").drawImage(picture, 0, 0, drawn.width, drawn.height);
    return await drawn.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  } catch {
    return file; // what this browser cannot draw, the other side may read
  }
}
photo?.addEventListener("toggle", () => photo.open && photo.scrollIntoView({ block: "nearest" })); // out from under the box
photo?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  tell(say.dataset.sending);
  const form = event.target, picture = await smaller(form.elements.file.files[0]);
  if (picture.size > LARGEST) return tell(form.dataset.large);
  ask({ photo: picture });
});

// Where the citizen is, to a hundred metres: enough for a commune, and no more than is needed.
function locate() {
  tell(say.dataset.locating);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => ask({ lat: coords.latitude.toFixed(3), lon: coords.longitude.toFixed(3) }),
    () => tell(say.dataset.lost),
    { timeout: 15000, maximumAge: 60000 },
  );
}
// Offered where it would answer what was asked, and where the browser knows it.
function offer(turn) {
  here.hidden = !("place" in turn.dataset && isSecureContext && navigator.geolocation);
}
here.addEventListener("click", locate);

// Inside another site's page: whoever opened us there shuts us again.
if (parent !== window) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) parent.postMessage("noidai:shut", "*"); // says nothing to anybody else
  });
}

offer(newest());
history.scrollRestoration = "manual";
if (log.children.length > 1) newest().scrollIntoView();
