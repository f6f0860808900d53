// What the pages do by themselves: see that nobody is there any more, keep what is typed, tell two cases apart, and look how
// far a file is.
// Every page works without it. Texts come from the page (templates/parts/presence.html); what is typed never lies in the
// browser: its storage holds when somebody was last active, who that was (a name that tells nothing), and a reference.

const page = document.getElementById("presence");
const ACTIVE = "returnsupport.active";
const WHO = "returnsupport.who";
const CASE = "returnsupport.case";
const SECOND = 1000;
const KEEP_EVERY = 20 * SECOND;
const LAST_WORD = 2 * SECOND;
const MOST_ON_LEAVING = 60_000; // what a browser still sends for a page that goes away
const LOOK_EVERY = 3 * SECOND;
const LOOKS = 20; // a minute: each one counts as use of the session, and whoever asked may have gone
const forms = [];

// A browser may forbid its storage: then every tab knows of itself alone.
const memory = new Map();
const store = {
  get: (name) => { try { return localStorage.getItem(name); } catch { return memory.get(name) ?? null; } },
  set: (name, value) => { try { localStorage.setItem(name, value); } catch { memory.set(name, value); } },
  forget: (name) => { try { localStorage.removeItem(name); } catch { memory.delete(name); } },
};

// On a telephone what is found comes before what it could be narrowed by.
for (const fold of document.querySelectorAll("[data-folds-on-phones]")) fold.open = !matchMedia("(max-width: 640px)").matches;

// What a search found came as the answer to a form: coming back to it asks for the page, and not for the form once more.
if (document.querySelector("[data-found]")) history.replaceState(history.state, "");

if (page === null) {
  // Nobody is signed in: the next person finds nothing. (A page of an error may not know whether somebody is.)
  if ("visitor" in document.body.dataset) [ACTIVE, WHO, CASE].forEach(store.forget);
} else {
  watchCases();
  keepForms();
  watchPresence();
  lookHowFar();
}

async function send(address, body, options = {}) {
  // The answer, null without a connection, or "signed out".
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST", body, redirect: "manual", credentials: "same-origin", headers: { "X-CSRFToken": token() }, ...options,
    });
  } catch {
    return null;
  }
  if (answer.type === "opaqueredirect") return "signed out";
  return answer.ok ? answer.json() : answer.status < 500 ? {} : null;
}

function token() {
  // From the cookie and not from the page: somebody may have signed in anew since in another tab.
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}

function pause(time) {
  return new Promise((on) => { setTimeout(on, time); });
}

// --- nobody there: a warning, then the page is covered and the session over (the server decides) ---

function watchPresence() {
  const idle = page.dataset.idle * SECOND;
  const warnAt = idle - page.dataset.warning * SECOND;
  const toldEvery = page.dataset.toldEvery * SECOND;
  const warning = document.getElementById("warning");
  const cover = document.getElementById("cover");
  const who = page.dataset.who;
  // The time of the Netherlands, as everywhere else on the page.
  const clock = new Intl.DateTimeFormat("nl", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" });
  let told = Date.now(); // the page itself was asked for just now
  let untold = false;
  let warned = false;
  let covered = false;

  const body = () => new URLSearchParams({ who });
  const active = () => Number(store.get(ACTIVE)) || told;

  store.set(WHO, who);
  store.set(ACTIVE, String(Date.now()));

  function used(event) {
    if (!event.isTrusted || covered) return;
    if (Date.now() - active() >= idle) { over(); return; } // a lid that was closed: too late
    if (Date.now() - active() >= SECOND) store.set(ACTIVE, String(Date.now()));
    untold = true;
    // Its own button closes it, anything else does a moment later: gone under the finger, the click would fall through.
    if (warned) { warned = false; tell(); }
  }

  async function tell() {
    told = Date.now();
    untold = false;
    const answer = await send(page.dataset.here, body());
    if (answer === "signed out" || answer?.left === 0) over();
  }

  function look() {
    if (covered) return;
    const since = Date.now() - active();
    if (since >= idle) { over(); return; }
    if (since >= warnAt) {
      if (!warning.open) {
        warning.querySelector("[data-time]").textContent = clock.format(active() + idle);
        warning.showModal();
        warned = true;
      }
    } else if (warning.open) {
      warning.close();
    }
    if (untold && Date.now() - told >= toldEvery) tell();
  }

  async function over() {
    if (covered) return;
    covered = true;
    if (warning.open) warning.close();
    hide(true);
    if (!forms.some(changed)) await pause(LAST_WORD); // a tab with something still to keep goes first
    for (;;) {
      // What is typed first: afterwards nobody is signed in who could send it.
      const waits = !(await keepAll());
      cover.querySelectorAll("[data-waits]").forEach((one) => { one.hidden = !waits; });
      if (!waits) {
        const answer = await send(page.dataset.gone, body());
        if (answer?.left > 0) {
          // Another page of the same person was used meanwhile.
          store.set(ACTIVE, String(Date.now() - idle + answer.left * SECOND));
          told = Date.now();
          covered = false;
          hide(false);
          return;
        }
        if (answer !== null) { location.assign(`${page.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`); return; }
      }
      await pause(KEEP_EVERY);
    }
  }

  function hide(all) {
    for (const part of document.body.children) if (part !== cover && part !== page && part !== warning) part.classList.toggle("covered", all);
    cover.hidden = !all;
    if (all) cover.focus();
  }

  for (const kind of ["keydown", "input", "pointerdown", "wheel", "touchmove"]) addEventListener(kind, used, { capture: true, passive: true });
  setInterval(look, SECOND);
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
  // Signed out, or somebody else signed in, in another tab.
  addEventListener("storage", (event) => { if (event.key === WHO && event.newValue !== who) over(); });
}

// --- what is typed is kept every twenty seconds, until it is saved ---

function typed(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "csrfmiddlewaretoken") fields.append(name, value);
  return fields;
}

function changed(kept) {
  return !kept.over && typed(kept.form).toString() !== kept.last;
}

function keepForms() {
  for (const mark of document.querySelectorAll("main form.sheet input[name=draft]")) {
    const form = mark.form;
    const line = document.createElement("p");
    line.className = "draft-line quiet";
    line.setAttribute("role", "status");
    form.append(line);
    const kept = { form, line, last: typed(form).toString(), over: false, busy: null };
    forms.push(kept);
    // Whatever becomes of the sending (no connection, signed out elsewhere): what is typed is there. Saved, it goes.
    form.addEventListener("submit", () => { keep(kept); });
  }
  if (forms.length) {
    setInterval(keepAll, KEEP_EVERY);
    for (const end of ["beforeunload", "pagehide"]) addEventListener(end, keepAll);
    document.addEventListener("visibilitychange", () => { if (document.hidden) keepAll(); });
    document.addEventListener("submit", firstKeep, { capture: true });
  }
}

let going = false;

async function firstKeep(event) {
  // Another form of the page (signing out, the other language) waits a moment for what is typed in this one.
  const form = event.target;
  if (going || form.method === "dialog" || form.querySelector("input[name=draft]") || !forms.some(changed)) return;
  event.preventDefault();
  await Promise.race([keepAll(), pause(LAST_WORD)]);
  going = true;
  form.requestSubmit(event.submitter);
  going = false;
}

async function keep(kept) {
  // Whether nothing is left that could still be kept.
  if (kept.busy) await kept.busy;
  if (!changed(kept)) return true;
  const fields = typed(kept.form);
  kept.busy = send(page.dataset.keep, fields, { keepalive: fields.toString().length < MOST_ON_LEAVING });
  const answer = await kept.busy;
  kept.busy = null;
  if (answer === null || answer === "signed out") {
    say(kept, page.dataset.notKept, true);
    return false;
  }
  kept.last = fields.toString();
  if (answer.at) {
    say(kept, page.dataset.kept.replace("[time]", answer.at), false);
  } else {
    kept.over = true; // saved from here already, or the person may not write here any more
    say(kept, page.dataset.neverKept, true);
  }
  return true;
}

async function keepAll() {
  return (await Promise.all(forms.map((kept) => keep(kept)))).every(Boolean);
}

function say(kept, words, aloud) {
  kept.line.setAttribute("aria-live", aloud ? "polite" : "off"); // every twenty seconds would be a nuisance
  kept.line.classList.toggle("draft-line-failed", aloud);
  kept.line.textContent = words;
}

// --- two tabs, two cases: the form of the older one says so ---

function watchCases() {
  const own = document.querySelector("[data-case]")?.dataset.case;
  const words = document.getElementById("other-case");
  if (!own || !words) return;
  let opened;

  function open() {
    opened = Date.now();
    store.set(CASE, JSON.stringify({ reference: own, at: opened }));
  }

  function look() {
    let newest = null;
    try { newest = JSON.parse(store.get(CASE)); } catch { /* somebody else's words: none */ }
    const other = newest && newest.reference !== own && newest.at > opened ? String(newest.reference) : "";
    for (const form of document.querySelectorAll("main form.sheet")) {
      let sentence = form.querySelector(".other-case");
      if (other && !sentence) {
        form.querySelector(".buttons")?.before(words.content.cloneNode(true));
        sentence = form.querySelector(".other-case");
      }
      if (sentence && !other) sentence.remove();
      else if (sentence && sentence.querySelector("[data-other]").textContent !== other) sentence.querySelector("[data-other]").textContent = other;
    }
  }

  open();
  addEventListener("storage", (event) => { if (event.key === CASE) look(); });
  addEventListener("focus", look);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); look(); });
}

// --- what is being made: looked at again while somebody waits for it ---

async function lookHowFar() {
  const titles = (part) => [...part.querySelectorAll("h2")].map((title) => title.textContent);
  for (let look = 0; look < LOOKS; look += 1) {
    const made = document.querySelector("[data-being-made]");
    if (!made) return;
    await pause(LOOK_EVERY);
    const answer = await fetch(location.href, { redirect: "manual", credentials: "same-origin" }).catch(() => null);
    if (answer?.type === "opaqueredirect") return;
    if (!answer?.ok) continue;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = now.getElementById(made.id);
    if (!newer) return;
    // Under somebody's finger nothing changes.
    if (made.querySelector(":focus, a:hover, button:hover")) continue;
    // The other language was chosen in another tab: no page is half of it.
    if (now.documentElement.lang !== document.documentElement.lang) { location.reload(); return; }
    const before = titles(made);
    document.getElementById("how-far").textContent = titles(newer).filter((title) => !before.includes(title)).join(". ");
    made.replaceWith(newer);
  }
}
