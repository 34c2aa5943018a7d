// A page of figures that stays open shows new ones: it asks every second for their edition, which costs the
// server next to nothing, and only when that moved reads itself again and exchanges the parts that differ.
// Filters, dialogs and scrolling are not touched; nothing is asked while the page is out of sight.
import { ready } from "./ready.js";

const EVERY = 1_000; // milliseconds
const LONGEST = 30_000; // between two attempts while the server does not answer, and for an answer
const REST = 4; // times as long as reading anew took: where answers pour in, open pages do not wear the server out
const SAID_EVERY = 20_000; // a screen reader is told of changes, not flooded with them

const page = () => document.querySelector("[data-pk-live]");
const parts = (root) => [...root.querySelectorAll("[data-pk-live-part][id]")];
const shown = new Map(); // what the server wrote for each part, before charts were drawn into it
let wait = EVERY;
let timer = 0;
let busy = false;
let said = 0;

ready((root) => {
  if (root !== document || !page()) return;
  for (const part of parts(document)) shown.set(part.id, part.innerHTML);
  later();
});

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden && page()) look();
});

function later() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(look, wait);
}

async function look() {
  const live = page();
  if (!live || busy) return;
  busy = true;
  try {
    const answer = await fetch(live.dataset.pkLive, {
      cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(LONGEST),
      headers: { "If-None-Match": `"${live.dataset.pkEdition}"` },
    });
    // Signed out, or no longer allowed to look: what is shown stays, and nothing more is asked.
    if (answer.type === "opaqueredirect" || answer.status === 403) return;
    if (answer.status !== 200 && answer.status !== 304) throw new Error(answer.status);
    const began = performance.now();
    // Whoever has marked words in it is reading them, or about to copy them: it comes with a later look.
    if (answer.status === 200 && !parts(document).some(isMarked)) await renew(live);
    wait = Math.min(Math.max(EVERY, REST * (performance.now() - began)), LONGEST);
  } catch {
    wait = Math.min(2 * wait, LONGEST);
  } finally {
    busy = false;
  }
  later();
}

async function renew(live) {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(LONGEST) });
  if (!answer.ok) throw new Error(answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const edition = fresh.querySelector("[data-pk-live]")?.dataset.pkEdition;
  if (edition === undefined) throw new Error("no figures any more");
  let changed = false;
  for (const part of parts(document)) {
    const other = fresh.getElementById(part.id);
    if (!other || shown.get(part.id) === other.innerHTML) continue;
    if (isMarked(part)) return; // since the edition was asked for
    shown.set(part.id, other.innerHTML);
    exchange(part, other);
    changed = true;
  }
  live.dataset.pkEdition = edition;
  if (changed) say();
}

function isMarked(part) {
  const marked = getSelection();
  return marked && !marked.isCollapsed && marked.containsNode(part, true);
}

function exchange(part, other) {
  const kept = state(part);
  part.replaceChildren(...[...other.childNodes].map((node) => document.importNode(node, true)));
  restore(part, kept);
  part.classList.remove("pk-fresh");
  void part.offsetWidth; // so that the mark begins anew
  part.classList.add("pk-fresh");
  document.dispatchEvent(new CustomEvent("pk:renewed", { detail: part }));
}

// Where one reads in it: what has the focus, what is folded open, how far lists are scrolled.
const READ = "a, button, summary, input, select, [tabindex]";

function state(part) {
  return {
    focus: [...part.querySelectorAll(READ)].indexOf(document.activeElement),
    open: [...part.querySelectorAll("details")].map((one) => one.open),
    scrolled: [...part.querySelectorAll(".pk-scroll")].map((one) => [one.scrollLeft, one.scrollTop]),
    href: document.activeElement?.getAttribute("href"),
  };
}

function restore(part, kept) {
  part.querySelectorAll("details").forEach((one, place) => {
    if (place < kept.open.length) one.open = kept.open[place];
  });
  part.querySelectorAll(".pk-scroll").forEach((one, place) => {
    [one.scrollLeft, one.scrollTop] = kept.scrolled[place] ?? [0, 0];
  });
  if (kept.focus < 0) return;
  const all = [...part.querySelectorAll(READ)];
  // Rows may have changed places: then it is the same link elsewhere, else whatever stands there now.
  const is = (one) => kept.href && one?.getAttribute("href") === kept.href;
  const there = all[kept.focus];
  (is(there) ? there : all.find(is) ?? there)?.focus({ preventScroll: true });
}

function say() {
  const place = document.querySelector("[data-pk-live-said]");
  if (!place || Date.now() - said < SAID_EVERY) return;
  said = Date.now();
  const headline = document.getElementById("pk-live-headline")?.textContent.trim() ?? "";
  place.textContent = `${place.dataset.pkLiveSaid} ${headline}`;
}
