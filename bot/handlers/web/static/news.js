// News on the open page, without asking. Without this file they are there when the page is loaded again.
const [log, below, say] = ["log", "below", "say"].map((id) => document.getElementById(id));
const title = document.title;
const SILENCE = 70000; // ms: a beat comes every 20 seconds, so the connection is dead
let has = log.dataset.has; // the news on this page
let unread = 0;
let first = null; // of the news that were not on the screen yet
let source, silence;

function listen() {
  source?.close();
  source = new EventSource(new URL(`news?has=${has}`, say.action));
  source.addEventListener("open", alive);
  source.addEventListener("beat", alive);
  source.addEventListener("message", (event) => {
    has = event.lastEventId;
    show(event.data);
    alive();
  });
  source.addEventListener("enough", () => { // other pages of this chat are open
    source.close();
    clearTimeout(silence);
  });
  alive();
}

function alive() {
  clearTimeout(silence);
  silence = setTimeout(listen, SILENCE);
}

function show(html) {
  const turn = document.createRange().createContextualFragment(html).querySelector(".turn");
  if (log.querySelector(`[data-turn="${turn.dataset.turn}"]`)) return;
  const reading = !atEnd();
  document.getElementById("newest")?.removeAttribute("id");
  log.append(turn);
  if (reading) {
    first ??= turn;
    below.hidden = false;
  } else turn.scrollIntoView();
  if (document.hidden) document.title = `(${++unread}) ${title}`;
}

function atEnd() {
  return innerHeight + scrollY > document.documentElement.scrollHeight - 120;
}

// On the screen, or above it: the citizen has gone on.
function seen() {
  if (!first || first.getBoundingClientRect().top > innerHeight - say.offsetHeight) return;
  first = null;
  below.hidden = true;
}

document.addEventListener("scroll", seen, { passive: true });
below.addEventListener("click", (event) => {
  event.preventDefault();
  first?.scrollIntoView();
  first?.focus({ preventScroll: true });
  seen();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  document.title = title;
  unread = 0;
  if (source.readyState === EventSource.CLOSED) listen();
});
listen();
