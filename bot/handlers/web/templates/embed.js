// The chat in the corner of another site's page: <script src="https://…/embed.js" async></script>
// Nothing of ours but this file is loaded before somebody opens the chat.
(() => {
  const me = document.currentScript ?? document.querySelector('script[src$="/embed.js"]');
  if (!me) return;
  const { procedure = "", side, language } = me.dataset;
  const page = (language ?? document.documentElement.lang).slice(0, 2).toLowerCase();
  const spoken = page === "en" ? page : "vi";
  const words = "WORDS"[spoken];
  const asked = new URLSearchParams();
  if (procedure) asked.set("p", `th_${procedure.replaceAll(".", "-")}`);
  if (language) asked.set("lang", page);
  const ours = new URL(me.src).origin;
  const apart = `${ours}/?${asked}`;

  const make = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const host = make("noi-dai", { lang: spoken });
  host.style.cssText = "all: initial !important";
  const opener = make("button", { type: "button", id: "opener", textContent: words.open });
  const shutter = make("button", { type: "button", textContent: words.shut });
  const link = make("a", { href: apart, target: "_blank", rel: "noopener", textContent: words.apart });
  const panel = make("dialog", { id: "panel" }, make("div", { id: "bar" }, link, shutter));
  panel.setAttribute("aria-label", words.frame);
  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("aria-controls", "panel");
  let frame;

  const style = `
    :host { font: 600 16px/1.3 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif !important; }
    * { box-sizing: border-box; }
    button, a {
      min-height: 44px; padding: 8px 16px; font: inherit; color: #fff; background: #0b4f9e;
      border: 2px solid #fff; border-radius: 22px; cursor: pointer; text-decoration: none;
    }
    @media (hover: hover) { :is(button, a):hover { text-decoration: underline; } }
    :is(button, a):focus-visible { outline: 3px solid #0b4f9e; outline-offset: 2px; }
    #bar :focus-visible { outline-color: #fff; }
    #opener, #panel { position: fixed; z-index: 2147483647; SIDE: max(16px, env(safe-area-inset-SIDE)); }
    #opener { bottom: max(16px, env(safe-area-inset-bottom)); box-shadow: 0 2px 8px #0006; }
    #panel {
      OTHER: auto; top: auto; bottom: 76px; width: 400px; height: min(680px, 100dvh - 92px); max-width: none;
      max-height: none; margin: 0; padding: 0; overflow: hidden; background: #0b4f9e; border: 2px solid #0b4f9e;
      border-radius: 12px; box-shadow: 0 4px 24px #0006;
    }
    #panel[open] { display: flex; flex-direction: column; }
    #bar { display: flex; flex-wrap: wrap; gap: 0 8px; justify-content: space-between; }
    #bar * { padding: 8px 12px; border-color: transparent; display: inline-flex; align-items: center; }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: #fff; }
    @media (max-width: 500px), (max-height: 500px) {
      #panel { inset: 0; width: 100%; height: 100%; border-radius: 0; }
    }
    @media print { :host { display: none !important; } }
  `.replaceAll("SIDE", side === "left" ? "left" : "right").replaceAll("OTHER", side === "left" ? "right" : "left");
  const small = matchMedia("(max-width: 500px), (max-height: 500px)");

  function open() {
    frame ??= panel.appendChild(make("iframe", { title: words.frame, allow: "geolocation", src: `${ours}/embed/?${asked}` }));
    if (small.matches) panel.showModal(); // it covers the page, so nothing else can be reached
    else panel.show();
    opener.setAttribute("aria-expanded", "true");
    frame.focus();
  }
  opener.addEventListener("click", () => (panel.open ? panel.close() : open()));
  shutter.addEventListener("click", () => panel.close());
  panel.addEventListener("close", () => {
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  });
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) panel.close();
  });
  // Keys pressed in the frame stay in it; it tells us of this one.
  addEventListener("message", (event) => {
    if (event.source === frame?.contentWindow && event.origin === ours && event.data === "noidai:shut") panel.close();
  });

  const root = host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet(); // no policy of the site's stands in the way of this
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("style", { textContent: style }));
  }
  root.append(opener, panel);
  const add = () => document.querySelector("noi-dai") ?? document.body.append(host); // once, were it pasted twice
  if (document.body) add();
  else addEventListener("DOMContentLoaded", add);
})();
