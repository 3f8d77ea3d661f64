import { Card, make } from "./cards.js";
import { Gateway, Refused } from "./gateway.js";
import { Tone } from "./tone.js";
import { say } from "./words.js";

/** Changes within this time are fetched together. */
const GATHER_MS = 200;
/** Up to this many changed alarms are fetched one by one; more by the list. */
const SINGLE_MAX = 5;
const FETCH_AGAIN_MS = 1_000;
const NOTICE_MS = 12_000;
const HELPERS = ["administrator", "supervisor", "operator", "staff"];
const OPEN = ["new", "alerting", "owned", "attending"];
const TOKEN_KEY = "okc-token";

const $ = (id) => document.getElementById(id);
const cards = new Map();
const tone = new Tone($("sound"));
let gateway = null;
let you = null;
/** The gateway's time minus this machine's. */
let aheadMs = 0;
let lostAt = null;
let dirty = new Set();
let allDirty = false;
let faultsDirty = false;
let gathering = false;

function readToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null) {
    sessionStorage.setItem(TOKEN_KEY, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(TOKEN_KEY);
}

async function showSite(ask) {
  const site = await ask("/api/site");
  aheadMs = Date.parse(site.now) - Date.now();
  you = site.you ?? null;
  document.body.classList.toggle("demo", site.demo);
  $("demo").hidden = !site.demo;
  $("site").textContent = site.name;
  $("who").textContent = you ? `${you.name}（${you.role}）` : "";
}

function enter(token) {
  gateway?.stop();
  const mine = new Gateway(token);
  gateway = mine;
  $("login").hidden = true;
  void mine.follow({
    connected: () => void begin(mine),
    happened: note,
    lost: () => mine === gateway && showLost(),
    refused: (error) => mine === gateway && showLogin(error.message),
  });
}

/** The stream is open: from here on nothing is missed, so now is the time to read how things stand. */
async function begin(mine) {
  try {
    await showSite((path) => mine.ask(path));
  } catch (error) {
    return again(() => mine === gateway && begin(mine), error);
  }
  if (mine !== gateway) return;
  lostAt = null;
  $("lost").hidden = true;
  for (const id of ["alarms", "leave", "sound"]) $(id).hidden = false;
  allDirty = true;
  faultsDirty = true;
  gather();
}

function showLogin(why = "") {
  gateway?.stop();
  gateway = null;
  sessionStorage.removeItem(TOKEN_KEY);
  for (const card of cards.values()) card.element.remove();
  cards.clear();
  tone.set(0);
  for (const id of ["alarms", "faults", "leave", "sound", "lost", "notice"]) $(id).hidden = true;
  $("login").hidden = false;
  $("login-error").textContent = why;
  $("who").textContent = "";
  showSite(async (path) => (await fetch(path)).json()).catch(() => showLost());
}

function showLost() {
  lostAt ??= Date.now();
  $("lost").hidden = false;
  tick();
}

function note({ kind, alarm }) {
  if (alarm !== undefined) dirty.add(alarm);
  else if (kind.endsWith("-saved")) allDirty = true;
  // All times have moved: begin as after a new connection.
  else if (kind === "clock-stepped") return void begin(gateway);
  if (kind.startsWith("fault-")) faultsDirty = true;
  if (alarm !== undefined || allDirty || faultsDirty) gather();
}

function gather() {
  if (gathering) return;
  gathering = true;
  setTimeout(() => void fetchChanged(), GATHER_MS);
}

async function fetchChanged() {
  const [ids, all, faults] = [dirty, allDirty || dirty.size > SINGLE_MAX, faultsDirty];
  dirty = new Set();
  allDirty = false;
  faultsDirty = false;
  const mine = gateway;
  try {
    if (faults) await fetchFaults(mine);
    if (all) showAll((await mine.ask("/api/alarms")).alarms);
    else await Promise.all([...ids].map((id) => fetchOne(mine, id)));
    gathering = false;
    if (dirty.size > 0 || allDirty || faultsDirty) gather();
  } catch (error) {
    gathering = false;
    if (mine !== gateway || mine === null) return;
    allDirty = true;
    faultsDirty ||= faults;
    again(gather, error);
  }
}

/** Something could not be read: said, and tried again. */
function again(what, error) {
  showNotice(`读取失败，正在重试 Could not be read, trying again: ${error.message}`);
  setTimeout(what, FETCH_AGAIN_MS);
}

async function fetchOne(mine, id) {
  try {
    showOne((await mine.ask(`/api/alarms/${encodeURIComponent(id)}`)).alarm);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 404)) throw error;
    remove(id);
  }
  arrange();
}

async function fetchFaults(mine) {
  const { faults } = await mine.ask("/api/faults");
  $("faults").hidden = faults.length === 0;
  $("fault-list").replaceChildren(
    ...faults.map(({ key, detail, since }) =>
      make("li", "", `${key}: ${detail} · `, say([`始于 ${new Date(since).toLocaleString("zh-CN")}`, "since then"])),
    ),
  );
}

function showAll(alarms) {
  const there = new Set(alarms.map(({ id }) => id));
  for (const id of [...cards.keys()]) if (!there.has(id)) remove(id);
  for (const alarm of alarms) showOne(alarm);
  arrange();
}

function showOne(alarm) {
  if (!OPEN.includes(alarm.state)) return remove(alarm.id);
  let card = cards.get(alarm.id);
  if (!card) {
    card = new Card(you && HELPERS.includes(you.role) ? perform : null);
    cards.set(alarm.id, card);
  }
  card.show(alarm);
  card.tick(Date.now() + aheadMs);
}

function remove(id) {
  cards.get(id)?.element.remove();
  cards.delete(id);
}

/** The most urgent first, then the oldest. Only what is out of place moves, so that nobody loses the field they type in. */
function arrange() {
  const list = $("list");
  const order = [...cards.values()].sort(
    ({ alarm: a }, { alarm: b }) => a.priority - b.priority || a.openedAt.localeCompare(b.openedAt),
  );
  let place = list.firstElementChild;
  for (const { element } of order) {
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  const unowned = order.filter(({ alarm }) => alarm.state === "new" || alarm.state === "alerting").length;
  $("count").textContent = order.length > 0 ? `（${order.length}）` : "";
  $("calm").hidden = order.length > 0;
  document.title = `${order.length > 0 ? `(${order.length}) ` : ""}一键通 One-Key Call`;
  tone.set(unowned);
}

/** Does what a button says. True: done. */
async function perform({ id, version }, act, more) {
  try {
    const { alarm } = await gateway.ask(`/api/alarms/${encodeURIComponent(id)}/${act}`, { version, ...more });
    showOne(alarm);
    arrange();
    return true;
  } catch (error) {
    if (error instanceof Refused && error.body?.alarm) {
      showOne(error.body.alarm);
      arrange();
      showNotice(`警情已变，请看清后再操作 The alarm has changed, look again: ${error.message}`);
    } else showNotice(`没有成功 Not done: ${error.message}`);
    return false;
  }
}

let noticeTimer;
function showNotice(text) {
  $("notice").textContent = text;
  $("notice").hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => ($("notice").hidden = true), NOTICE_MS);
}

function tick() {
  const now = Date.now() + aheadMs;
  for (const card of cards.values()) card.tick(now);
  if (lostAt !== null) $("lost-since").textContent = `${Math.round((Date.now() - lostAt) / 1000)} s`;
}

$("login").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = $("token").value.trim();
  $("login").reset();
  sessionStorage.setItem(TOKEN_KEY, token);
  enter(token);
});
$("leave").addEventListener("click", () => showLogin());
setInterval(tick, 1000);
const token = readToken();
if (token) enter(token);
else showLogin();
