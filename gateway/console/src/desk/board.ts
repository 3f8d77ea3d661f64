import { computed, reactive } from "vue";
import type { AlarmView } from "../../../core/alarm-view.ts";
import type { ActName } from "../../../core/input.ts";
import type { Role } from "../../../core/kinds.ts";
import type { viewTest, viewTestMode, viewWindow } from "../../../core/device-view.ts";
import type { FaultRow } from "../../../core/fault-view.ts";
import type { Word } from "../../../core/words.ts";
import { ask, errorWord, Refused, Stream, type Happening } from "./gateway.ts";
import { changesBetween } from "./changes.ts";

/** As the desk sees an alarm; those who only look get neither notes nor relatives. */
export type Alarm = Omit<AlarmView, "notes" | "family"> & Partial<Pick<AlarmView, "notes" | "family">>;

export type TestRow = ReturnType<typeof viewTest>;
/** As /api/paths gives it. */
export interface PathRow {
  readonly id: string;
  readonly state: "up" | "down" | "unproved";
  readonly lastProofAt: string | null;
  readonly why: string;
}
export type TestMode = ReturnType<typeof viewTestMode>;
export type LearnWindow = ReturnType<typeof viewWindow>;

export interface Site {
  readonly name: string;
  readonly demo: boolean;
  readonly isSetUp: boolean;
  readonly now: string;
  readonly you?: { readonly name: string; readonly role: Role } | null;
}

/** Changes within this time are fetched together. */
const GATHER_MS = 150;
/** Up to this many changed alarms are fetched one by one; more by the list. */
const SINGLE_MAX = 5;
const AGAIN_MS = 1_000;
const NOTICE_MS = 15_000;
const TICK_MS = 500;
/** Proofs come and grow old without an event. */
const PATHS_EVERY_MS = 20_000;
const HELPERS: readonly Role[] = ["administrator", "supervisor", "operator", "staff"];
const CLOSED: readonly string[] = ["resolved", "closed"];

const NOTHING_SEEN = { faults: [], paths: [], tests: [], modes: [], learning: null, chosen: null, notice: null };

const after = ([zh, en]: Word, [why, reason]: Word): Word => [`${zh}：${why}`, `${en}: ${reason || why}`];
const changedWord = (changes: readonly Word[]): Word => [
  `没有执行，警情已变：${changes.map(([zh]) => zh).join("；")}。请看清后再操作`,
  `Not done, the alarm has changed: ${changes.map(([zh, en]) => en || zh).join("; ")}. Look again`,
];

/** Everything that the desk's page shows, and what it does. Nothing is shown as done before the gateway has said so. */
export class Board {
  readonly view = reactive({
    stage: "starting" as "starting" | "entry" | "open",
    site: null as Site | null,
    /** By id. */
    alarms: {} as Record<string, Alarm>,
    faults: [] as readonly FaultRow[],
    paths: [] as readonly PathRow[],
    tests: [] as readonly TestRow[],
    modes: [] as readonly TestMode[],
    learning: null as LearnWindow | null,
    /** The id of the alarm that is shown whole. */
    chosen: null as string | null,
    notice: null as Word | null,
    entryError: null as Word | null,
    /** The gateway's time. */
    now: Date.now(),
    lostSince: null as number | null,
  });

  /** The most urgent first, then the oldest. */
  readonly sorted = computed(() =>
    Object.values(this.view.alarms).sort((a, b) => a.priority - b.priority || a.openedAt.localeCompare(b.openedAt)),
  );
  readonly untaken = computed(() => this.sorted.value.filter(isUntaken));
  readonly shown = computed(() => this.view.alarms[this.view.chosen ?? ""] ?? this.sorted.value[0] ?? null);
  readonly mayAct = computed(() => HELPERS.includes(this.view.site?.you?.role ?? "viewer"));

  /** Told with each sign of life of the gateway. */
  onBeat: () => void = () => undefined;
  #stream: Stream | null = null;
  #aheadMs = 0;
  #dirty = new Set<string>();
  #isAllDirty = false;
  #areFaultsDirty = false;
  #areTestsDirty = false;
  #isGathering = false;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    setInterval(() => (this.view.now = Date.now() + this.#aheadMs), TICK_MS);
    setInterval(() => {
      if (this.view.stage !== "open") return;
      this.#areFaultsDirty = true;
      this.#gather();
    }, PATHS_EVERY_MS);
  }

  /** A token in the address opens a session at once (the demo's link); an alarm in it is shown first (the hotline's). */
  async start(): Promise<void> {
    const address = new URLSearchParams(location.hash.slice(1));
    this.view.chosen = address.get("alarm");
    if (!address.has("token")) return this.#look();
    history.replaceState(null, "", location.pathname);
    await this.enter("/api/session", { token: address.get("token") });
  }

  /** Logs in, or makes the first administrator. True: the page is open. */
  async enter(path: "/api/session" | "/api/setup", given: object): Promise<boolean> {
    this.view.entryError = null;
    try {
      await ask(path, given);
    } catch (error) {
      this.view.entryError = errorWord(error);
      if (this.view.stage === "starting") await this.#look();
      return false;
    }
    this.#follow();
    return true;
  }

  async leave(): Promise<void> {
    await ask("/api/session/end", {}).catch(() => undefined);
    this.#close(null);
  }

  choose(id: string): void {
    this.view.chosen = id;
  }

  /** Does what a button says, on the alarm as the person saw it. True: the gateway has said that it is done. */
  async perform(seen: Alarm, act: ActName, more: object = {}): Promise<boolean> {
    try {
      const path = `/api/alarms/${encodeURIComponent(seen.id)}/${act}`;
      this.#show((await ask<{ alarm: Alarm }>(path, { version: seen.version, ...more })).alarm);
      return true;
    } catch (error) {
      const { alarm } = ((error as Refused).body ?? {}) as { alarm?: Alarm };
      if (alarm) this.#show(alarm);
      const changes = alarm ? changesBetween(seen, alarm) : [];
      this.#say(changes.length > 0 ? changedWord(changes) : after(["没有成功", "Not done"], errorWord(error)));
      return false;
    }
  }

  async #look(): Promise<void> {
    try {
      const site = await this.#readSite();
      if (site.you) return this.#follow();
      this.view.stage = "entry";
      this.view.lostSince = null;
    } catch {
      this.#lost();
      setTimeout(() => void this.#look(), AGAIN_MS);
    }
  }

  async #readSite(): Promise<Site> {
    const site = await ask<Site>("/api/site");
    this.#aheadMs = Date.parse(site.now) - Date.now();
    this.view.now = Date.parse(site.now);
    this.view.site = site;
    return site;
  }

  #follow(): void {
    this.#stream?.stop();
    const stream: Stream = new Stream({
      connected: () => void this.#begin(stream),
      happened: (event) => this.#happened(event),
      beat: () => this.onBeat(),
      lost: () => stream === this.#stream && this.#lost(),
      refused: (error) => stream === this.#stream && this.#close(errorWord(error)),
    });
    this.#stream = stream;
    void stream.follow();
  }

  /** The stream is open: from here on nothing is missed, so now is the time to read how things stand. */
  async #begin(stream: Stream): Promise<void> {
    try {
      await this.#readSite();
    } catch (error) {
      return this.#again(() => stream === this.#stream && void this.#begin(stream), error);
    }
    if (stream !== this.#stream) return;
    this.view.lostSince = null;
    this.view.stage = "open";
    this.#isAllDirty = this.#areFaultsDirty = this.#areTestsDirty = true;
    this.#gather();
  }

  #close(why: Word | null): void {
    this.#stream?.stop();
    this.#stream = null;
    Object.assign(this.view, { ...NOTHING_SEEN, alarms: {}, entryError: why });
    void this.#look();
  }

  #lost(): void {
    this.view.lostSince ??= Date.now();
  }

  #happened({ kind, alarm }: Happening): void {
    // All times have moved: begin as after a new connection.
    if (kind === "clock-stepped") return void (this.#stream && this.#begin(this.#stream));
    if (alarm !== undefined) this.#dirty.add(alarm);
    else if (kind.endsWith("-saved")) this.#isAllDirty = true;
    else if (kind.startsWith("fault-")) this.#areFaultsDirty = true;
    else if (kind.startsWith("test-") || kind.startsWith("learn-")) this.#areTestsDirty = true;
    else return;
    this.#gather();
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    setTimeout(() => void this.#fetchChanged(), GATHER_MS);
  }

  async #fetchChanged(): Promise<void> {
    const [ids, faults, tests] = [this.#dirty, this.#areFaultsDirty, this.#areTestsDirty];
    const all = this.#isAllDirty || ids.size > SINGLE_MAX;
    this.#dirty = new Set();
    this.#isAllDirty = this.#areFaultsDirty = this.#areTestsDirty = false;
    const stream = this.#stream;
    try {
      if (all) this.#showAll((await ask<{ alarms: Alarm[] }>("/api/alarms")).alarms);
      else await Promise.all([...ids].map((id) => this.#fetchOne(id)));
      if (faults) await this.#fetchFaults();
      if (tests) await this.#fetchTests();
      this.#isGathering = false;
      if (this.#dirty.size > 0 || this.#isAllDirty || this.#areFaultsDirty || this.#areTestsDirty) this.#gather();
    } catch (error) {
      this.#isGathering = false;
      if (stream !== this.#stream || stream === null) return;
      this.#isAllDirty = true;
      this.#areFaultsDirty ||= faults;
      this.#areTestsDirty ||= tests;
      this.#again(() => this.#gather(), error);
    }
  }

  async #fetchFaults(): Promise<void> {
    this.view.faults = (await ask<{ faults: FaultRow[] }>("/api/faults")).faults;
    this.view.paths = (await ask<{ paths: PathRow[] }>("/api/paths")).paths;
  }

  async #fetchTests(): Promise<void> {
    const { tests, modes } = await ask<{ tests: TestRow[]; modes: TestMode[] }>("/api/tests");
    Object.assign(this.view, { tests, modes });
    if (this.mayAct.value) this.view.learning = (await ask<{ window: LearnWindow | null }>("/api/enrol")).window;
  }

  async #fetchOne(id: string): Promise<void> {
    try {
      this.#show((await ask<{ alarm: Alarm }>(`/api/alarms/${encodeURIComponent(id)}`)).alarm);
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) throw error;
      delete this.view.alarms[id];
    }
  }

  #showAll(alarms: readonly Alarm[]): void {
    const there = new Set(alarms.map(({ id }) => id));
    for (const id of Object.keys(this.view.alarms)) if (!there.has(id)) delete this.view.alarms[id];
    // The one that a link names comes first: `#show` chooses another while it is not there.
    for (const alarm of [...alarms.filter(({ id }) => id === this.view.chosen), ...alarms]) this.#show(alarm);
  }

  #show(alarm: Alarm): void {
    const known = this.view.alarms[alarm.id];
    if (CLOSED.includes(alarm.state)) delete this.view.alarms[alarm.id];
    // Answers may overtake each other: what is older is not shown over what is newer.
    else if (!known || known.version <= alarm.version) this.view.alarms[alarm.id] = alarm;
    // Whoever works on one is not taken away from it by the next.
    if (!this.view.chosen || !this.view.alarms[this.view.chosen]) this.view.chosen = this.sorted.value[0]?.id ?? null;
  }

  /** Something could not be read: said, and tried again. */
  #again(what: () => void, error: unknown): void {
    this.#say(after(["读取失败，正在重试", "Could not be read, trying again"], errorWord(error)));
    setTimeout(what, AGAIN_MS);
  }

  #say(what: Word): void {
    this.view.notice = what;
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => (this.view.notice = null), NOTICE_MS);
  }
}

export const isUntaken = ({ state }: Pick<Alarm, "state">): boolean => state === "new" || state === "alerting";

/** Since when nobody has had it: since the press, or since it was given back. */
export const untakenSince = ({ openedAt, alertedAt, times }: Alarm): number =>
  alertedAt === openedAt ? Date.parse(times.pressedAt ?? openedAt) : Date.parse(alertedAt);
