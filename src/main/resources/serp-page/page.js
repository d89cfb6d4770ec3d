// The page of serp-routes. Shows what GET /observe/… answers and sends the actions of its buttons.
// Whatever the program, the API or a file said is set as text, never as markup.

const EVERY_MS = 2000;
const NO_ANSWER_MS = 10000;
const LOOK_UP_MS = 90000; // it may read three topics, 20 s each
const HISTORY_EVERY_MS = 5000;
const LETTERS_EVERY_MS = 30000;
const PARKED_EVERY_MS = 10000;
const ROWS_AT_FIRST = 10;
const ROWS_MORE = 100;
const TOKEN = "serp-page-token";
const TOKEN_FORM = /^[A-Za-z0-9._~+/=-]{8,200}$/; // as of serp.page.token; no header can hold just any text

const $ = (id) => document.getElementById(id);

// ---- words and figures

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 });

const count = (n, one, many = `${one}s`) => `${whole.format(n)} ${n === 1 ? one : many}`;

const figure = (n) => (n !== 0 && Math.abs(n) < 100 ? tenths : whole).format(n);

const two = (n) => String(n).padStart(2, "0");

const timeOfDay = (date) => [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");

function clock(date) {
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join("-");
  return new Date().toDateString() === date.toDateString() ? timeOfDay(date) : `${day} ${timeOfDay(date)}`;
}

function span(seconds) {
  if (seconds < 60) {
    return `${Math.max(0, Math.round(seconds))} s`;
  }
  if (seconds < 3600) {
    return `${Math.round(seconds / 60)} min`;
  }
  const hours = Math.floor(seconds / 3600);
  return hours < 48
    ? `${hours} h ${Math.floor((seconds % 3600) / 60)} min`
    : count(Math.floor(hours / 24), "day");
}

// ---- the document

function text(node, value) {
  const words = value === null || value === undefined ? "" : String(value);
  if (node.textContent !== words) {
    node.textContent = words;
  }
}

function time(node, iso) {
  text(node, iso ? clock(new Date(iso)) : "");
  node.title = iso ?? "";
}

const field = (node, name) => node.querySelector(`[data-field="${name}"]`);

/** A copy of a template; its fields that are named after members of `values` are filled. */
function copy(template, values = {}) {
  const node = $(template).content.firstElementChild.cloneNode(true);
  fill(node, values);
  return node;
}

function fill(node, values) {
  for (const [name, value] of Object.entries(values)) {
    const into = field(node, name);
    if ("time" in into.dataset) {
      time(into, value);
    } else {
      text(into, value);
    }
  }
}

function show(node, isShown) {
  node.hidden = !isShown;
}

/** Makes the rows of data; those that are there already stay in place, and with them focus and selection. */
function rewrite(parent, data, row) {
  const before = new Map([...parent.children].map((node) => [node.dataset.of, node]));
  const rows = data.map((each) => {
    const of = JSON.stringify(each);
    const node = before.get(of) ?? row(each);
    before.delete(of); // of two that are the same, each has its own
    node.dataset.of = of;
    return node;
  });
  const stay = new Set(rows);
  [...parent.children].filter((node) => !stay.has(node)).forEach((node) => node.remove());
  rows.forEach((node, i) => {
    if (parent.children[i] !== node) {
      parent.insertBefore(node, parent.children[i] ?? null);
    }
  });
}

/** Says something to the person who did something. */
function say(node, words, isBad = false) {
  text(node, words);
  node.classList.toggle("bad", isBad);
}

// ---- requests

class Refused extends Error {
  constructor(words, code) {
    super(words);
    this.code = code;
  }
}

function headers() {
  const token = sessionStorage.getItem(TOKEN);
  return { "X-Serp-Page": "1", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
}

/** The words of a refusal; those of the program where it gave some. */
function refusal(code, body) {
  try {
    return JSON.parse(body).error ?? `HTTP ${code}`;
  } catch {
    return `HTTP ${code}`;
  }
}

async function request(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", headers: headers(), ...options });
  if (!response.ok) {
    throw new Refused(refusal(response.status, await response.text()), response.status);
  }
  return response.json();
}

const get = (path, patience = NO_ANSWER_MS) => request(path, { signal: AbortSignal.timeout(patience) });

const post = (path, body) => request(path, { method: "POST", body });

function why(failure) {
  if (failure instanceof Refused) {
    return failure.message;
  }
  return failure.name === "TimeoutError"
    ? "The program has not answered in time."
    : "The program cannot be reached.";
}

// ---- what the program does now

let now = null; // the last status
let tokenOfNow = null; // that it was asked for with
let contact = null; // when it came
let historyAt = 0;
let lettersOf = null; // the counts that the list of dead letters was read for
let parkedAt = 0;
let spoken = "";

async function look() {
  try {
    const token = sessionStorage.getItem(TOKEN);
    const status = await get("observe/status");
    if (now !== null && now.since !== status.since) {
      history = null; // another process
      lettersOf = null;
      parkedAt = 0;
    }
    now = status;
    tokenOfNow = token;
    contact = new Date();
    showStatus();
    [lookAtHistory, lookAtLetters, lookAtParked].forEach(once);
  } catch (failure) {
    if (failure instanceof Refused) {
      say($("banner-text"), failure.message);
    } else {
      console.warn(failure);
    }
  }
  showContact();
}

const underWay = new Set();

/** Reads a list unless it is being read; the status does not wait for it. */
async function once(read) {
  if (underWay.has(read)) {
    return;
  }
  underWay.add(read);
  try {
    await read();
  } catch (failure) {
    console.warn(failure);
  }
  underWay.delete(read);
}

function showContact() {
  const lost = contact === null || Date.now() - contact > 2 * EVERY_MS + NO_ANSWER_MS / 5;
  const since = contact === null ? "" : ` since ${clock(contact)}`;
  $("contact").classList.toggle("bad", lost);
  text($("contact"), lost ? `no contact${since}` : `as of ${clock(contact)}`);
  if (lost) {
    const words = `No contact with the program${since}. ${contact === null ? "" : "The figures are those of that time. "}It is asked again every 2 s.`;
    banner("lost", words);
  }
}

function banner(state, words) {
  $("banner").dataset.state = state;
  text($("banner-text"), words);
  document.title = `${state === "lost" ? "no contact" : state} · serp-routes`;
  if (spoken !== state) {
    spoken = state; // each change once, not every figure
    text($("live"), words);
  }
}

function tile(id, value, note = "", isAlarm = false) {
  const node = $(id);
  text(node.querySelector(".value"), value);
  text(node.querySelector(".note"), note);
  node.toggleAttribute("data-alarm", isAlarm);
}

function showStatus() {
  banner(now.state, now.banner);
  const since = new Date(now.since);
  const way = `${now.from.join(", ")} → ${now.to.join(", ")}`;
  const api = now.sandbox ? "embedded sandbox, invented results" : now.api;
  text($("way"), `${way} · ${api} · up since ${clock(since)}`);
  text($("version"), now.version === "unknown" ? "serp-routes" : `serp-routes ${now.version}`);
  showTiles();
  showRights();
  showSources();
  showDownloads();
}

function showTiles() {
  const letters = Object.values(now.dead_letters).reduce((sum, n) => sum + n, 0);
  const due = now.next_due === null ? "" : (new Date(now.next_due) - new Date(now.now)) / 1000;
  tile("tile-rate", figure(now.ids_per_second), `${figure(now.items_per_second)} items/s`);
  tile("tile-in-work", whole.format(now.in_work), `${count(now.in_flight, "call")} under way`);
  tile("tile-waiting", whole.format(now.waiting), now.left > 0 ? `about ${whole.format(now.left)} left` : "");
  tile(
    "tile-parked",
    whole.format(now.parked),
    due === "" ? "" : due > 0 ? `next due in ${span(due)}` : "due now",
  );
  tile(
    "tile-done",
    whole.format(now.done),
    count(
      Object.values(now.items).reduce((sum, n) => sum + n, 0),
      "item",
    ),
  );
  tile("tile-dead-letters", whole.format(letters), letters > 0 ? "since the start" : "", letters > 0);
  tile("tile-calls", whole.format(now.calls_left), `of ${whole.format(now.calls_per_minute)} a minute`);
}

// ---- what this page may do

const NOT_THE_TOKEN = "This is not the token.";
const NO_TOKEN = "The server listens beyond this machine and serp.page.token is not set";

function showRights() {
  const needed = now.details === "token" || now.actions === "token";
  const hasSent = tokenOfNow !== null && tokenOfNow === sessionStorage.getItem(TOKEN);
  show($("token-needed"), needed);
  if (needed) {
    text($("token-why"), "This page asks for the value of serp.page.token. It stays in this tab.");
    if (hasSent) {
      sessionStorage.removeItem(TOKEN); // it was sent and did not count
      say($("token-answer"), NOT_THE_TOKEN, true);
    }
  }
  show($("off"), now.details === "off");
  text($("off"), `${NO_TOKEN}: lists, look-ups, downloads and actions are off.`);
  for (const section of ["sources", "dead-letters", "parked", "look-up", "results"]) {
    show($(section), now.details === "on" || section === "sources");
  }
  show($("give"), now.details === "on");
  showActions();
}

/** Why an action cannot be done; null: it can. */
function whyNot() {
  if (now === null) {
    return "There is no contact with the program.";
  }
  if (now.actions === "on") {
    return null;
  }
  return now.actions === "token"
    ? "Needs the token."
    : now.details === "off"
      ? `${NO_TOKEN}.`
      : "Off: serp.page.write=off.";
}

/** Why no ids can be given; null: they can. */
function whyNotGive() {
  return now?.takes === null
    ? "serp.from names neither folder nor kafka: nothing would take ids."
    : whyNot();
}

function showActions() {
  const reason = whyNot();
  allow($("pause"), now.state === "stopping" ? "The program is stopping." : reason);
  text($("pause"), now.state === "paused" ? "Resume" : "Pause");
  $("pause").classList.toggle("main", now.state === "paused");
  for (const id of ["choose", "files", "paste"]) {
    allow($(id), whyNotGive());
  }
  allowPaste();
  allowAsks();
}

function allow(node, reason) {
  node.disabled = reason !== null;
  node.title = reason ?? "";
}

$("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = $("token").value.trim();
  $("token").value = "";
  if (!TOKEN_FORM.test(token)) {
    say($("token-answer"), NOT_THE_TOKEN, true);
    return;
  }
  sessionStorage.setItem(TOKEN, token);
  say($("token-answer"), "");
  lettersOf = null;
  soon();
});

$("pause").addEventListener("click", async () => {
  const verb = now.state === "paused" ? "resume" : "pause";
  $("pause").disabled = true;
  say($("pause-said"), "");
  try {
    await post(`observe/${verb}`);
  } catch (failure) {
    say($("pause-said"), why(failure), true);
  }
  soon();
});

// ---- sources

const LAST_SIGNAL = (source, words) =>
  source.last_signal === null ? `no ${words} yet` : `last ${words} at ${clock(new Date(source.last_signal))}`;

const sum = (counts) =>
  Object.entries(counts)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${whole.format(n)} ${name}`)
    .join(", ");

const SOURCES = {
  folder: (source) => ({
    what: "folder",
    where: source.where,
    state: [
      `${count(source.in_work, "file")} in work`,
      source.rejected > 0 ? `${count(source.rejected, "file")} rejected` : "",
    ]
      .filter(Boolean)
      .join(", "),
  }),
  topic: (source) => ({
    what: "topic",
    where: source.topic,
    state: `lag ${count(source.lag, "record")}, ${count(source.partitions, "partition")} of this process`,
  }),
  "tasks-ready": (source) => ({
    what: "tasks-ready",
    where: "",
    state: [
      LAST_SIGNAL(source, "poll"),
      `${count(source.rows, "row")}, ${whole.format(source.fed)} fed`,
      sum(source.skipped ?? {}),
    ]
      .filter(Boolean)
      .join("; "),
  }),
  webhooks: (source) => ({
    what: "webhooks",
    where: "",
    state: [
      LAST_SIGNAL(source, "call"),
      Object.entries(source.answers ?? {})
        .map(([code, n]) => `${whole.format(n)} × ${code}`)
        .join(", "),
    ]
      .filter(Boolean)
      .join("; "),
  }),
  "dead-letters": () => ({ what: "dead letters", where: "", state: "replayed" }),
};

let filesShown = ROWS_AT_FIRST;

function showSources() {
  const lines = now.sources.flatMap((source) => {
    const line = SOURCES[source.kind]?.(source) ?? { what: source.kind, where: "", state: "" };
    const notices = (source.notices ?? []).map((notice) => ({
      what: "",
      where: notice.name,
      state: notice.why,
    }));
    return [line, ...notices];
  });
  rewrite($("source-list"), lines, (line) => copy("source-template", line));
  const files = now.sources.flatMap((source) => source.files ?? []);
  show($("file-table"), files.length > 0);
  rewrite($("file-rows"), files.slice(0, filesShown), fileRow);
  show($("more-files"), files.length > filesShown);
  text($("more-files"), `Show all ${files.length} files`);
}

const FILE_STATES = { waiting: "waits", "in-work": "in work", done: "done", rejected: "rejected" };

function fileRow(file) {
  const row = copy("file-template", {
    name: file.name,
    state: FILE_STATES[file.state] ?? file.state,
    left: file.state === "in-work" ? whole.format(file.left) : "",
    ended: [file.why, file.ended].filter(Boolean).join("; "),
    at: file.at,
  });
  field(row, "name").title = file.moved_to ?? "";
  field(row, "state").classList.toggle("bad", file.state === "rejected");
  const bar = row.querySelector("progress");
  show(bar, file.state === "in-work");
  bar.value = file.read ?? 0;
  bar.title = `${Math.round((file.read ?? 0) * 100)} % of the file has been read`;
  return row;
}

$("more-files").addEventListener("click", () => {
  filesShown = Infinity;
  showSources();
});

// ---- giving ids

const given = []; // files that wait to be sent, one after the other
let isSending = false;

function giveFiles(files) {
  const reason = whyNot();
  for (const file of files) {
    const line = copy("gift-template", { name: file.name, said: reason ?? "waits" });
    $("gifts").prepend(line);
    if (reason === null) {
      given.push([file, line]);
    } else {
      end(line, reason, true);
    }
  }
  sendNext();
}

function end(line, words, isBad) {
  show(line.querySelector("progress"), false);
  say(field(line, "said"), words, isBad);
}

function whereTo(answer) {
  const kept =
    answer.ids === null ? `kept as ${answer.to}` : `${count(answer.ids, "id")} kept in ${answer.to}`;
  const others = answer.not_ids ?? [];
  return others.length === 0 ? kept : `${kept}; left out, since they are no ids: ${others.join(", ")}`;
}

async function sendNext() {
  if (isSending || given.length === 0) {
    return;
  }
  isSending = true;
  const [file, line] = given.shift();
  try {
    end(line, whereTo(await send(file, line)), false);
  } catch (failure) {
    end(line, `not kept: ${failure.message}`, true);
  }
  isSending = false;
  soon();
  sendNext();
}

const NOT_SENT = "it could not be read, or the program cannot be reached";

/** Sends a file as it is; fetch() cannot tell how far it is. */
function send(file, line) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", `observe/files?name=${encodeURIComponent(file.name)}`);
    Object.entries(headers()).forEach(([name, value]) => call.setRequestHeader(name, value));
    call.upload.addEventListener("progress", (event) => {
      line.querySelector("progress").value = event.loaded / Math.max(1, event.total);
      text(field(line, "said"), "is being sent");
    });
    call.addEventListener("load", () => {
      if (call.status !== 200) {
        reject(new Refused(refusal(call.status, call.responseText), call.status));
        return;
      }
      try {
        resolve(JSON.parse(call.responseText));
      } catch {
        reject(new Error(NOT_SENT)); // a page of a proxy's own, such as one for its login
      }
    });
    call.addEventListener("error", () => reject(new Error(NOT_SENT)));
    call.send(file);
  });
}

$("choose").addEventListener("click", () => $("files").click());
$("files").addEventListener("change", () => {
  giveFiles([...$("files").files]);
  $("files").value = "";
});

for (const kind of ["dragenter", "dragover"]) {
  addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      $("drop").classList.add("over");
    }
  });
}
addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) {
    $("drop").classList.remove("over");
  }
});
addEventListener("drop", (event) => {
  $("drop").classList.remove("over");
  if (event.dataTransfer?.files.length > 0) {
    event.preventDefault(); // else the browser opens it
    giveFiles([...event.dataTransfer.files]);
  }
});

let isPasting = false;

function allowPaste() {
  allow($("paste-button"), isPasting ? "The ids before are being given." : whyNotGive());
}

$("paste-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const ids = $("paste").value;
  const line = copy("gift-template", { name: "pasted", said: "is being sent" });
  $("gifts").prepend(line);
  isPasting = true;
  allowPaste();
  try {
    end(line, whereTo(await post("observe/ids", ids)), false);
    if ($("paste").value === ids) {
      $("paste").value = ""; // else there are others by now
    }
  } catch (failure) {
    end(line, `not kept: ${why(failure)}`, true);
  }
  isPasting = false;
  allowPaste();
  soon();
});

// ---- dead letters

let letters = { groups: [], rows: [] };
let reasonShown = null; // null: all
let lettersShown = ROWS_AT_FIRST;
const chosen = new Set(); // ids
const asked = new Map(); // of letters whose ids were asked for again from here: the time of each

let isAsking = false;

const wasAsked = (letter) => letter.id !== null && asked.get(letter.id) === letter.at;

async function lookAtLetters() {
  const mayHaveGone = letters.rows.some(wasAsked) ? now.outcomes : Math.floor(Date.now() / LETTERS_EVERY_MS);
  const reason = reasonShown;
  const counts = JSON.stringify([now.dead_letters, mayHaveGone, reason]);
  if (now.details !== "on" || counts === lettersOf) {
    return;
  }
  const query = reason === null ? "" : `?reason=${encodeURIComponent(reason)}`;
  try {
    const answer = await get(`observe/dead-letters${query}`);
    say($("letters-unread"), "");
    if (reason === reasonShown) {
      letters = answer;
      lettersOf = counts;
      showLetters();
    }
  } catch (failure) {
    say($("letters-unread"), why(failure), true);
  }
}

function showLetters() {
  const isEmpty = letters.groups.length === 0 && letters.rows.length === 0;
  show($("no-letters"), isEmpty);
  show($("letters"), !isEmpty);
  const groups = letters.groups.map(({ reason, advice, ask_again }) => ({ reason, advice, ask_again }));
  rewrite($("group-rows"), groups, groupRow);
  letters.groups.forEach((group, i) => countGroup($("group-rows").children[i], group));
  text($("rows-title"), reasonShown === null ? "The newest" : `The newest with ${reasonShown}`);
  show($("all-reasons"), reasonShown !== null);
  showLetterRows();
}

function showLetterRows() {
  const ids = new Set(letters.rows.map((row) => row.id));
  [...chosen].filter((id) => !ids.has(id)).forEach((id) => chosen.delete(id));
  const shown = letters.rows.slice(0, lettersShown);
  rewrite($("letter-rows"), shown.map(letterCells), letterRow);
  $("letter-rows")
    .querySelectorAll("input")
    .forEach((box, i) => (box.checked = chosen.has(shown[i].id)));
  const more = Math.min(ROWS_MORE, letters.rows.length - lettersShown);
  show($("more-letters"), more > 0);
  text($("more-letters"), `Show ${more} more`);
  allowChosen();
}

function groupRow(group) {
  const row = copy("group-template", { reason: group.reason, advice: group.advice });
  field(row, "reason").title = "Show those with this reason";
  field(row, "reason").addEventListener("click", () => showReason(group.reason));
  const button = row.querySelector("button[data-act]");
  allowAsk(button);
  button.addEventListener("click", () =>
    confirmReason(letters.groups.find((each) => each.reason === group.reason)),
  );
  return row;
}

function countGroup(row, group) {
  const n = whole.format(group.count);
  fill(row, { count: n });
  const button = row.querySelector("button[data-act]");
  text(button, group.count === 1 ? "Ask again" : `Ask again for all ${n}`);
  show(button, group.ask_again && group.count > 0);
}

function letterCells(letter) {
  const group = letters.groups.find((each) => each.reason === letter.reason);
  const canAsk = letter.id !== null && group?.ask_again === true;
  return { letter, isAsked: wasAsked(letter), canAsk, advice: canAsk ? "" : group?.advice };
}

function letterRow({ letter, isAsked, canAsk, advice }) {
  const codes = [letter.status_code, letter.status_message]
    .filter((each) => each !== null && each !== undefined)
    .join(" ");
  const http = [null, 200].includes(letter.http_status) ? "" : `HTTP ${letter.http_status}`;
  const row = copy("letter-template", {
    at: letter.at,
    reason: letter.reason,
    id: letter.id,
    input: letter.id === null ? letter.input : "",
    source: letter.source,
    said: [codes, http, letter.attempts > 1 ? count(letter.attempts, "call") : ""].filter(Boolean).join(", "),
    advice,
  });
  show(field(row, "id"), letter.id !== null);
  field(row, "id").title = "What became of it";
  field(row, "id").addEventListener("click", () => lookUp(letter.id));
  const box = row.querySelector("input");
  show(box, canAsk);
  box.setAttribute("aria-label", `Choose ${letter.id}`);
  box.addEventListener("change", () => {
    chosen[box.checked ? "add" : "delete"](letter.id);
    allowChosen();
  });
  const button = row.querySelector("button[data-act]");
  show(button, canAsk);
  button.setAttribute("aria-label", `Ask again for ${letter.id}`);
  button.addEventListener("click", () => askAgain({ ids: [letter.id] }, [letter]));
  if (isAsked) {
    button.dataset.asked = "";
    text(button, "Asked");
  }
  allowAsk(button);
  return row;
}

/** Why no ids can be asked for again; null: they can. */
const whyNotAsk = () => (isAsking ? "Those before are being given again." : whyNotGive());

function allowAsk(button) {
  allow(button, "asked" in button.dataset ? "It has been given again." : whyNotAsk());
}

function allowAsks() {
  document.querySelectorAll('[data-act="ask"]').forEach(allowAsk);
  allowChosen();
}

function allowChosen() {
  const button = $("ask-chosen");
  text(
    button,
    chosen.size === 0 ? "Ask again for those chosen" : `Ask again for ${count(chosen.size, "id")}`,
  );
  allow(button, chosen.size === 0 ? "None is chosen." : whyNotAsk());
  const boxes = [...$("letter-rows").querySelectorAll("input")].filter((box) => !box.hidden);
  $("choose-all").disabled = boxes.length === 0;
  $("choose-all").checked = boxes.length > 0 && boxes.every((box) => box.checked);
}

function showReason(reason) {
  reasonShown = reason;
  lettersShown = ROWS_AT_FIRST;
  soon();
}

async function askAgain(what, of) {
  isAsking = true;
  allowAsks();
  try {
    const answer = await post("observe/ask-again", JSON.stringify(what));
    of.forEach((letter) => {
      asked.set(letter.id, letter.at);
      chosen.delete(letter.id);
    });
    say($("letters-said"), `${count(answer.ids, "id is", "ids are")} asked for again: ${answer.to}`);
  } catch (failure) {
    say($("letters-said"), why(failure), true);
  }
  isAsking = false;
  showLetterRows();
  allowAsks();
  soon();
}

function confirmReason(group) {
  text($("confirm-title"), `Ask again for ${count(group.count, "id")}?`);
  const advice = group.advice.charAt(0).toUpperCase() + group.advice.slice(1);
  text(
    $("confirm-text"),
    `All dead letters with the reason ${group.reason} are asked for again, under the usual limits. ${advice}.`,
  );
  $("confirm").returnValue = "no";
  $("confirm").onclose = () => {
    if ($("confirm").returnValue === "yes") {
      const of = letters.rows.filter((row) => row.reason === group.reason);
      askAgain({ reason: group.reason }, of);
    }
  };
  $("confirm").showModal();
}

$("all-reasons").addEventListener("click", () => showReason(null));
$("more-letters").addEventListener("click", () => {
  lettersShown += ROWS_MORE;
  showLetterRows();
});
$("ask-chosen").addEventListener("click", () => {
  const of = letters.rows.filter((row) => chosen.has(row.id));
  askAgain({ ids: [...chosen] }, of);
});
$("choose-all").addEventListener("change", () => {
  const isChosen = $("choose-all").checked; // which each click below sets anew
  $("letter-rows")
    .querySelectorAll("input")
    .forEach((box) => {
      if (!box.hidden && box.checked !== isChosen) {
        box.click();
      }
    });
});

// ---- parked ids

let parked = { parked: 0, rows: [] };
let parkedShown = ROWS_AT_FIRST;

async function lookAtParked() {
  const isEmpty = now.parked === 0 && parked.parked === 0;
  if (now.details !== "on" || isEmpty || Date.now() - parkedAt < PARKED_EVERY_MS) {
    return;
  }
  try {
    parked = await get("observe/parked");
    parkedAt = Date.now();
    say($("parked-said"), "");
    showParked();
  } catch (failure) {
    say($("parked-said"), why(failure), true);
  }
}

function showParked() {
  const all = parked.rows.length;
  show($("no-parked"), parked.parked === 0);
  show($("parked-ids"), parked.parked > 0);
  const first = all < parked.parked ? ` The first ${all} are shown.` : "";
  text($("parked-note"), `${count(parked.parked, "task is", "tasks are")} not ready yet; asked again at these times.${first}`);
  rewrite($("parked-rows"), parked.rows.slice(0, parkedShown).map(parkedCells), parkedRow);
  const more = Math.min(ROWS_MORE, all - parkedShown);
  show($("more-parked"), more > 0);
  text($("more-parked"), `Show ${more} more`);
}

// as it is shown: the time itself may be told a millisecond earlier or later each time
function parkedCells(one) {
  const due = new Date(one.due_at);
  return {
    due: due <= new Date(now.now) ? "now" : clock(due),
    id: one.id,
    first: one.first_asked_at,
    asks: one.asks,
    source: one.source,
    said: one.status_code,
  };
}

function parkedRow(one) {
  const row = copy("parked-template", one);
  field(row, "id").title = "What became of it";
  field(row, "id").addEventListener("click", () => lookUp(one.id));
  return row;
}

$("more-parked").addEventListener("click", () => {
  parkedShown += ROWS_MORE;
  showParked();
});

// ---- what became of an id

function lookUp(id) {
  $("id").value = id;
  $("look-up").scrollIntoView();
  $("id").focus({ preventScroll: true });
  $("id-form").requestSubmit();
}

let lookUps = 0; // only what the last of them brings is shown

$("id-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const id = $("id").value.trim();
  const number = ++lookUps;
  show($("id-found"), false);
  say($("id-said"), "Looking for it…");
  try {
    const found = await get(`observe/id?id=${encodeURIComponent(id)}`, LOOK_UP_MS);
    if (number === lookUps) {
      showFound(found);
    }
  } catch (failure) {
    if (number === lookUps) {
      say($("id-said"), why(failure), true);
    }
  }
});

const OUTCOMES = {
  delivered: "Delivered.",
  partial: "Delivered; the API calls its result partial.",
  empty: "Delivered; the API found nothing, so there are no items.",
  "dead-lettered": "Given up: it is a dead letter.",
  parked: "Parked: its task is not ready yet.",
  unknown: "Nothing is known of this id.",
};

function showFound(found) {
  const problems = (found.problems ?? []).map((problem) => ` ${problem}.`).join("");
  const outcome = OUTCOMES[found.outcome] ?? found.outcome;
  say($("id-said"), `${found.id}: ${outcome}${problems}`, problems !== "");
  const records = [found.receipt, found.dead_letter, found.parked].filter((each) => each !== null);
  show($("id-found"), records.length > 0);
  $("id-facts").replaceChildren(...facts(found).flatMap(fact));
  text($("id-record"), records.map((each) => JSON.stringify(each, null, 2)).join("\n"));
  const items = found.items ?? [];
  show($("id-items"), items.length > 0);
  $("item-rows").replaceChildren(...items.map(itemRow));
  text($("items-title"), count(items.length + (found.items_left_out ?? 0), "item"));
  text(
    $("items-left-out"),
    found.items_left_out > 0 ? `${count(found.items_left_out, "more item")}: download them below.` : "",
  );
}

function facts(found) {
  const record = { ...found.parked, ...found.dead_letter, ...found.receipt };
  const at = (iso) => (iso ? clock(new Date(iso)) : null);
  const types = ["organic", "paid", "other"]
    .filter((type) => record[type] > 0)
    .map((type) => `${whole.format(record[type])} ${type}`);
  return [
    ["Keyword", record.keyword],
    ["Tag", record.tag],
    ["Items", types.join(", ")],
    ["Reason", record.reason],
    ["What the API said", [record.status_code, record.status_message].filter(Boolean).join(" ")],
    ["Source", record.source],
    ["Calls", record.attempts],
    ["Fetched", at(record.fetched_at)],
    ["Given up", at(record.failed_at)],
    ["First asked for", at(record.first_asked_at)],
    ["Asked for again", at(record.due_at)],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
}

function fact([name, value]) {
  const term = document.createElement("dt");
  const words = document.createElement("dd");
  text(term, name);
  text(words, typeof value === "object" ? JSON.stringify(value) : value);
  return [term, words];
}

function itemRow(item) {
  return copy("item-template", {
    rank: item.rank_absolute ?? item.rank_group,
    type: item.type,
    title: item.title,
    domain: item.domain ?? item.url,
    description: item.description,
  });
}

// ---- downloads

const RESULTS = { organic: "organic items", paid: "paid items", other: "other items", receipts: "receipts" };

function address(type, format) {
  const query = new URLSearchParams({ type, format });
  const hours = Number($("since").value);
  if (hours > 0) {
    query.set("since", new Date(Date.now() - hours * 3600000).toISOString());
  }
  if (format === "csv" && $("separator").value !== "") {
    query.set("separator", $("separator").value);
  }
  return `observe/results?${query}`;
}

function showDownloads() {
  const isThere = now.to.includes("files");
  if (!isThere) {
    say($("results-said"), "serp.to names no files, so there is nothing to download here.");
  }
  show($("downloads"), isThere);
  const rows = isThere ? Object.keys(RESULTS) : [];
  rewrite($("download-rows"), rows, downloadRow);
  for (const row of $("download-rows").children) {
    const type = row.dataset.type;
    text(field(row, "count"), type === "receipts" ? whole.format(now.done) : whole.format(now.items[type]));
  }
}

function downloadRow(type) {
  const row = copy("download-template", { what: RESULTS[type] });
  row.dataset.type = type;
  row.querySelectorAll("a").forEach((link) => {
    link.href = address(type, link.dataset.format);
    link.setAttribute("aria-label", `${RESULTS[type]} as ${link.textContent}`);
    link.addEventListener("click", (event) => download(event, link, type));
  });
  return row;
}

/** A link of the browser cannot carry the token; a ticket stands for it once. */
async function download(event, link, type) {
  say($("results-said"), "");
  link.href = address(type, link.dataset.format);
  if (sessionStorage.getItem(TOKEN) === null) {
    return;
  }
  event.preventDefault();
  try {
    const { ticket } = await post("observe/results/ticket");
    const once = link.cloneNode();
    once.href = `${link.href}&ticket=${encodeURIComponent(ticket)}`;
    once.click();
  } catch (failure) {
    say($("results-said"), why(failure), true);
  }
}

// ---- the last hour

const SLOTS = 720;
const PLOTS = [
  {
    title: "Ids a second, by outcome",
    unit: "ids/s",
    series: (all) => all.ids,
    names: ["delivered", "partial", "empty", "dead-lettered", "parked"],
    colours: [1, 3, 5, 4, 2],
  },
  {
    title: "Items a second, by type",
    unit: "items/s",
    series: (all) => all.items,
    names: ["organic", "paid", "other"],
    colours: [1, 2, 3],
  },
  {
    title: "Duration of a call",
    unit: "ms",
    series: (all) => all.call_ms,
    names: ["median", "p99"],
    words: ["median", "99 of 100 within"],
    colours: [1, 2],
  },
  {
    title: "Part of the limit of calls used",
    unit: "%",
    series: (all) => ({ used: all.limit_used.map((part) => (part === null ? null : part * 100)) }),
    names: ["used"],
    colours: [1],
    atLeast: 100,
  },
];

let history = null;

async function lookAtHistory() {
  if (Date.now() - historyAt < HISTORY_EVERY_MS - 500 && history !== null) {
    return;
  }
  historyAt = Date.now();
  const before = history;
  const last = before?.times.at(-1);
  const more = await get(`observe/history${last === undefined ? "" : `?after=${last}`}`);
  if (history === before) {
    history = before === null ? more : joined(before, more);
    PLOTS.forEach(draw);
  }
}

/** Two parts of the history, one after the other, not longer than an hour. */
function joined(before, after) {
  if (Array.isArray(before)) {
    return before.concat(after).slice(-SLOTS);
  }
  if (typeof before === "object" && before !== null) {
    return Object.fromEntries(Object.keys(before).map((name) => [name, joined(before[name], after[name])]));
  }
  return after;
}

function draw(plot) {
  const lists = plot.series(history);
  const data = [history.times, ...plot.names.map((name) => lists[name])];
  plot.figure ??= frame(plot);
  plot.data = data;
  if (history.times.length < 2) {
    return;
  }
  if (plot.chart === undefined) {
    plot.chart = new uPlot(options(plot), data, plot.area);
  } else {
    plot.chart.setData(data);
  }
  legend(plot, null);
}

function frame(plot) {
  const node = copy("plot-template");
  text(node.querySelector("h3"), plot.title);
  plot.area = node.querySelector(".area");
  plot.values = plot.names.map((name, i) => {
    const item = document.createElement("li");
    item.style.setProperty("--series", `var(--plot-${plot.colours[i]})`);
    const value = document.createElement("b");
    item.append(`${plot.words?.[i] ?? name} `, value);
    node.querySelector(".legend").append(item);
    return value;
  });
  $("plot-areas").append(node);
  new ResizeObserver(() => plot.chart?.setSize(size(plot))).observe(plot.area);
  return node;
}

const HEIGHT = 170;
const size = (plot) => ({ width: plot.area.clientWidth, height: HEIGHT });

/** The values at a slot; null: the last. */
function legend(plot, slot) {
  const at = slot ?? history.times.length - 1;
  const values = plot.data
    .slice(1)
    .map((list) => (list[at] === null || list[at] === undefined ? "–" : figure(list[at])));
  plot.values.forEach((node, i) => text(node, values[i]));
  if (slot === null) {
    const words = plot.names.map((name, i) => `${plot.words?.[i] ?? name} ${values[i]}`).join(", ");
    plot.area.setAttribute("aria-label", `${plot.title}; now in ${plot.unit}: ${words}`);
  }
}

function options(plot) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1, size: 4 },
    font: "12px system-ui, sans-serif",
    labelFont: "12px system-ui, sans-serif",
    labelSize: 16,
    gap: 4,
  };
  const moment = (tick, withSeconds) => timeOfDay(new Date(tick * 1000)).slice(0, withSeconds ? 8 : 5);
  return {
    ...size(plot),
    legend: { show: false },
    cursor: { sync: { key: "serp" }, y: false, drag: { x: false, y: false } },
    hooks: { setCursor: [(chart) => legend(plot, chart.cursor.idx ?? null)] },
    scales: {
      x: { range: (chart, from, to) => [Math.max(from, to - 3600), Math.max(to, from + 60)] },
      y: { range: (chart, from, to) => [0, Math.max(plot.atLeast ?? 1, (to ?? 0) * 1.05)] },
    },
    series: [
      {},
      ...plot.names.map((name, i) => ({
        label: name,
        stroke: colour(`--plot-${plot.colours[i]}`),
        width: 1.5,
        points: { show: false },
      })),
    ],
    axes: [
      {
        ...axis,
        label: "time of day",
        size: 26,
        space: 70,
        values: (chart, ticks, index, space, step) => ticks.map((tick) => moment(tick, step < 60)),
      },
      {
        ...axis,
        label: plot.unit,
        size: 50,
        space: 24,
        values: (chart, ticks) =>
          ticks.map((tick) => new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(tick)),
      },
    ],
  };
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  PLOTS.forEach((plot) => {
    plot.chart?.destroy();
    delete plot.chart;
    if (history !== null) {
      draw(plot);
    }
  });
});

// ---- again and again, not while hidden

let timer = null;
let isLooking = false;

async function soon() {
  clearTimeout(timer);
  if (isLooking) {
    timer = setTimeout(soon, 100);
    return;
  }
  isLooking = true;
  await look();
  isLooking = false;
  clearTimeout(timer);
  timer = document.hidden ? null : setTimeout(soon, EVERY_MS);
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) {
    soon();
  }
});

text($("zone"), `times are those of ${Intl.DateTimeFormat().resolvedOptions().timeZone}`);
soon();
