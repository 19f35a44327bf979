"""What is wrong with the way a page stands on the screen: in words, none when all is well."""

from tests.e2e.page import Page

FAULTS = """
const found = [], width = document.documentElement.clientWidth;
const name = (e) => `${e.localName}#${e.id}.${e.getAttribute("class") ?? ""} "${e.textContent.trim().slice(0, 30)}"`;
if (document.scrollingElement.scrollWidth > width) found.push("the page scrolls sideways");
const hidden = ".unseen, .skip:not(:focus), svg *, #notice:not(:empty) ~ label";
const shown = [...document.body.querySelectorAll("*")].filter((e) => e.checkVisibility() && !e.closest(hidden));
for (const e of shown) {
  const { left, right, width: wide } = e.getBoundingClientRect();
  if (wide && (left < -0.5 || right > width + 0.5)) found.push(`beyond the edge: ${name(e)}`);
  // the browser shortens the name of a file by itself
  const clips = getComputedStyle(e).overflowX !== "visible" && !e.matches("svg, body, [type=file]");
  const tooMuch = e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
  if (clips && tooMuch) found.push(`cut: ${name(e)}`);
}
const controls = "button, input, textarea, summary, svg, iframe";
const says = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
const boxes = shown.filter((e) => getComputedStyle(e).display !== "inline" && (e.matches(controls) || says(e)));
const bar = document.querySelector("#say"), over = bar && getComputedStyle(bar).position === "sticky";
if (over && bar.offsetHeight > innerHeight / 2) found.push("the box to write in leaves no room to read");
const floats = (e) => Boolean(over && e.closest("#say"));
boxes.forEach((one, i) => boxes.slice(i + 1).forEach((other) => {
  if (one.contains(other) || other.contains(one) || floats(one) !== floats(other)) return;
  const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const along = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (across > 1 && along > 1) found.push(`overlap: ${name(one)} and ${name(other)}`);
}));
return found;
"""


def faults(page: Page) -> list[str]:
    return list(page.runs(FAULTS))
