import { ACTS, DELIVERIES, FLAGS, KINDS, LEGS, OFFERS, OUTCOMES, SAYINGS, STATES, say, wordOf } from "./words.js";

/** Offers shown of one alarm; the rest is counted. */
const OFFERS_SHOWN = 8;
const NOTES_SHOWN = 3;

/** An element with a class and children. Strings become text, whatever stands in them. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** One open alarm. What people type in it stays while the facts around it change. */
export class Card {
  element = make("li", "alarm");
  #seen = "";
  #alarm = null;
  #age = make("p", "age");
  #title = make("div", "title");
  #facts = make("div", "facts");
  #progress = make("div", "progress");
  #acts = make("div", "acts");
  #buttons = {};
  #perform;

  /** `perform(alarm, act, more)` resolves when it is done; null: this person may only look. */
  constructor(perform) {
    this.#perform = perform;
    this.element.append(this.#title, this.#facts, this.#progress);
    if (!perform) return;
    this.#addButtons();
    this.#addForm("resolve", outcomeSelect(), (value) => ({ outcome: value }));
    this.#addForm("note", noteField(), (value) => ({ text: value }));
    this.element.append(this.#acts);
  }

  get alarm() {
    return this.#alarm;
  }

  show(alarm) {
    const text = JSON.stringify(alarm);
    if (text === this.#seen) return;
    this.#seen = text;
    this.#alarm = alarm;
    const unowned = alarm.state === "new" || alarm.state === "alerting";
    this.element.className = unowned ? "alarm unowned" : "alarm";
    this.element.dataset.alarm = alarm.id;
    this.#title.replaceChildren(...titleOf(alarm), this.#age);
    this.#facts.replaceChildren(...factsOf(alarm));
    this.#progress.replaceChildren(...progressOf(alarm));
    if (!this.#perform) return;
    this.#buttons.take.hidden = alarm.owner !== null;
    this.#buttons.release.hidden = alarm.owner === null;
    this.#buttons["verify-cancel"].hidden = alarm.cancel === null || alarm.cancel.verifiedBy !== null;
  }

  /** Counts on. `now` is the gateway's time. */
  tick(now) {
    const since = Date.parse(this.#alarm.times.pressedAt ?? this.#alarm.openedAt);
    const text = ageOf(now - since);
    if (this.#age.textContent !== text) this.#age.textContent = text;
  }

  #addButtons() {
    for (const act of ["take", "arrive", "verify-cancel", "release"]) {
      const button = make("button", act, say(ACTS[act]));
      button.type = "button";
      button.addEventListener("click", () => void this.#run(act, {}));
      this.#buttons[act] = button;
      this.#acts.append(button);
    }
  }

  #addForm(act, field, readMore) {
    const button = make("button", act, say(ACTS[act]));
    button.type = "submit";
    const form = make("form", `${act}-form`, field, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#run(act, readMore(field.value)).then((done) => {
        if (done) form.reset();
      });
    });
    this.#acts.append(form);
  }

  async #run(act, more) {
    const buttons = [...this.#acts.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    const done = await this.#perform(this.#alarm, act, more);
    for (const button of buttons) button.disabled = false;
    return done;
  }
}

function outcomeSelect() {
  const select = make("select");
  select.required = true;
  select.setAttribute("aria-label", "处置结果 Outcome");
  const first = make("option", "", "处置结果… Outcome…");
  first.value = "";
  select.append(first);
  for (const [code, [zh, en]] of Object.entries(OUTCOMES)) {
    const option = make("option", "", `${zh} ${en}`);
    option.value = code;
    select.append(option);
  }
  return select;
}

function noteField() {
  const field = make("input");
  field.required = true;
  field.maxLength = 2000;
  field.setAttribute("aria-label", "备注 Note");
  return field;
}

const titleOf = ({ id, kind, state, priority }) => [
  make("p", "kind", "!".repeat(Math.max(0, 4 - priority)), " ", say(wordOf(KINDS, kind))),
  make("p", "state", say(wordOf(STATES, state)), ` · P${priority} · ${id}`),
];

function factsOf({ home, resident, device, flags, presses, cancel, owner, notes = [] }) {
  const facts = [make("p", "who", home?.name || resident || "不明 unknown")];
  if (home) facts.push(make("p", "where", placeOf(home)));
  if (home?.phone) facts.push(make("p", "phone", say(["电话", "Telephone"]), ` ${home.phone}`));
  if (home?.keyPlace) facts.push(make("p", "key", say(["钥匙", "Key"]), ` ${home.keyPlace}`));
  if (home?.notes) facts.push(make("p", "health", say(["须知", "To know"]), ` ${home.notes}`));
  facts.push(make("p", "device", `${device} · `, say([`按了 ${presses.length} 次`, `pressed ${presses.length} ×`])));
  const list = flags.map((flag) => {
    const [zh, en, check] = wordOf(FLAGS, flag);
    const verified = flag === "cancel-requested" && cancel?.verifiedBy;
    const isOpen = check === "always" || (check === "unowned" && owner === null);
    return make("span", isOpen && !verified ? "flag check" : "flag", say([zh, en]));
  });
  if (list.length > 0) facts.push(make("p", "flags", ...list));
  for (const { by, text, at } of notes.slice(-NOTES_SHOWN))
    facts.push(make("p", "note", `${timeOf(at)} ${by}：${text}`));
  return facts;
}

const placeOf = ({ building, unit, room }) =>
  [building, unit && `${unit}${/^\d+$/.test(unit) ? "单元" : ""}`, room].filter(Boolean).join(" ");

function progressOf({ owner, offers, deliveries, said, arrivals }) {
  const hotline = deliveries.findLast(({ type }) => type === "hotline");
  const parts = [
    make(
      "p",
      "owner",
      owner === null ? say(["还没有人接警", "nobody has taken it"]) : say([`接警人：${owner}`, "has it"]),
    ),
    make("p", "hotline", say(["热线：", "Hotline:"]), " ", ...hotlineOf(hotline)),
    make("p", "said", say(["已告诉呼叫人：", "The caller was told:"]), " ", say(wordOf(SAYINGS, said))),
  ];
  for (const { by, at } of arrivals)
    parts.push(make("p", "arrival", `${timeOf(at)} ${by} `, say(["到场", "is there"])));
  const rows = offers
    .slice(-OFFERS_SHOWN)
    .map(({ name, responder, leg, state }) =>
      make("li", "offer", `${name ?? responder}（`, say(wordOf(LEGS, leg)), "）", say(wordOf(OFFERS, state))),
    );
  const more = offers.length - rows.length;
  if (more > 0) rows.unshift(make("li", "offer", say([`之前还派了 ${more} 人`, `${more} more before`])));
  if (rows.length > 0) parts.push(make("ul", "offers", ...rows));
  return parts;
}

function hotlineOf(delivery) {
  if (!delivery) return [say(["不经热线", "not by hotline"])];
  const { status, provenAt, sentAt, detail } = delivery;
  const at = provenAt ?? sentAt;
  const why = detail && status !== "received" ? `（${detail}）` : "";
  return [say(wordOf(DELIVERIES, status)), at ? ` ${timeOf(at)}` : "", why];
}

const timeOf = (iso) => new Date(iso).toLocaleTimeString("zh-CN", { hour12: false });

function ageOf(ms) {
  const whole = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
