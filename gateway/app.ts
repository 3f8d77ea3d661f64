import type { AppParts } from "./app/app-parts.ts";
import { noteHearing, tellNews } from "./app/bridge-news.ts";
import { channelSink, type ChannelSinkParts } from "./app/channel-sink.ts";
import { DoubtLog } from "./app/doubt-log.ts";
import { Hearing } from "./app/hearing.ts";
import { HeldSayings } from "./app/held-sayings.ts";
import { Outlets } from "./app/outlets.ts";
import { PathBoard } from "./app/path-board.ts";
import { Rhythm, STEP_MS } from "./app/rhythm.ts";
import { CANARY_BRIDGE, canaryReport } from "./core/canary.ts";
import { GatewayError } from "./core/errors.ts";
import type { DomainEvent } from "./core/events.ts";
import { evolve } from "./core/evolve.ts";
import type { Effect, Input, Reply } from "./core/input.ts";
import { undecided } from "./core/personal.ts";
import { deviceIdOf, type Report } from "./core/report.ts";
import { noteAll, readState, type State } from "./core/state.ts";
import { openedBy, step, type Decision } from "./core/step.ts";
import type { JournalEvent, JournalStart } from "./ports/journal.ts";
import type { Fate, Radio, ReportSink } from "./ports/radio.ts";
import type { WatchSink } from "./ports/watch.ts";

const NEEDS_COMPANY: ReadonlySet<Input["type"]> = new Set(["receipt", "said", "journaled", "fault"]);

/** The main path: hear → decide → journal → act. */
export class App implements WatchSink {
  readonly #parts: AppParts;
  readonly #outlets: Outlets;
  readonly paths: PathBoard;
  readonly #held = new HeldSayings();
  readonly #doubts: DoubtLog;
  readonly hearing: Hearing;
  readonly #rhythm: Rhythm;
  #state: State | null = null;
  #canaries = 0;
  #canaryActed: () => void = () => undefined;

  constructor(parts: AppParts) {
    this.#parts = parts;
    this.#doubts = new DoubtLog(parts.log);
    this.hearing = new Hearing(parts.definitions, parts.clock.now());
    this.#outlets = new Outlets(parts.channels, parts.signer, parts.log, parts.language);
    const changed = (path: string, up: boolean, why: string): void =>
      this.#fault(`path:${path}`, "path-down", !up, why);
    this.paths = new PathBoard({ clock: parts.clock, paths: this.#outlets.paths, changed });
    this.#rhythm = new Rhythm(parts, (input) => void this.#begin(input));
  }

  /** What the gateway knows now. Read only. */
  get state(): State {
    if (!this.#state) throw new GatewayError("not-reachable", "the gateway is still reading its journal");
    return this.#state;
  }

  /** Reads and folds the journal. Nothing leaves yet. */
  async open(): Promise<JournalStart> {
    const { journal, clock } = this.#parts;
    const start = await journal.open();
    const state = readState(start.snapshot?.state ?? null, start.gatewayId);
    for (const { event } of start.events) evolve(state, event as unknown as DomainEvent);
    // Folding leaves an early entry for each thing that ever was due: what is overdue now would wait behind them.
    noteAll(state);
    this.#state = state;
    this.#rhythm.read(start);
    // A clock behind the journal is wrong: what was pending keeps the time it had left.
    if (start.lastAt !== null && clock.now() < start.lastAt - STEP_MS)
      await this.#run({ type: "clock-stepped", byMs: clock.now() - start.lastAt }, start.lastAt);
    return start;
  }

  /** Puts the policies into force, sends again what has no receipt, runs what is overdue, then opens the lines. */
  async start(radios: readonly Radio[]): Promise<void> {
    const { facilities, policies, duty, version, language } = this.#parts;
    this.#outlets.useRadios(radios);
    this.paths.start();
    const sink: ChannelSinkParts = {
      paths: this.paths,
      note: (input) => this.#note(input),
      submit: (input) => this.submit(input),
      fault: (...one) => this.#fault(...one),
    };
    await this.#outlets.start((channel) => channelSink(channel, language, sink));
    await this.#run({ type: "started", version, facilities, policies, duty, awayMs: this.#rhythm.awayMs });
    this.#rhythm.start(this.state);
    await Promise.all(radios.map((radio) => radio.start()));
  }

  async stop(radios: readonly Radio[]): Promise<void> {
    this.#rhythm.stop();
    this.paths.stop();
    await Promise.all(radios.map((radio) => radio.stop()));
    await this.#outlets.stop();
    if (this.#state) await this.#rhythm.lastSnapshot(this.#state);
    await this.#parts.journal.close();
  }

  /** Something a person or a program asks for. The reply is given when what it rests on is safe. */
  async submit(input: Input): Promise<Reply> {
    const { reply } = await this.#run(input);
    return reply ?? { ok: true, changed: true };
  }

  /** hear: resolves when the report is in the journal or in the spill, so that a broker may acknowledge it. */
  async hear(report: Report): Promise<Fate> {
    const { meter } = this.#parts;
    const input = this.hearing.inputOf(report, this.state);
    const run = this.#begin(input);
    const heard = run.decision.heard ?? "undecided";
    meter.count("okc_reports_total", { bridge: report.bridge, kind: report.kind, heard });
    if (run.decision.heard) this.#doubts.note(report, run.decision.heard);
    this.hearing.note(input, run.decision);
    await run.durable;
    return heard === "counted-before" ? "counted-before" : "durable";
  }

  /** Sends a report of our own through the whole path; pending for ever when it does not come through. */
  async canary(): Promise<void> {
    const report = canaryReport(++this.#canaries, this.#parts.clock.now());
    const acted = new Promise<void>((resolve) => (this.#canaryActed = resolve));
    await this.hear(report);
    await acted;
  }

  /** Something that nobody waits for; a rule that fails on it is logged where it was decided. */
  #note(input: Input): void {
    try {
      this.#begin(input);
    } catch {
      this.#parts.meter.count("okc_lost_inputs_total", { input: input.type });
    }
  }

  async #run(input: Input, now?: number): Promise<Decision> {
    const run = this.#begin(input, now);
    await run.released;
    return run.decision;
  }

  /** decide, journal, act: everything that happens goes through here, in this order. */
  #begin(input: Input, now = this.#parts.clock.now()): Run {
    const decision = this.#decide(input, now);
    const { events, effects } = decision;
    if (events.length === 0 && effects.length === 0) return { decision, ...NOTHING_TO_WAIT_FOR };
    const urgent = effects.length > 0 || !NEEDS_COMPANY.has(input.type);
    const record = { at: now, events: events as unknown as JournalEvent[] };
    const probe = effects.some((effect) => effect.do === "canary");
    const append = this.#parts.journal.append(probe ? { ...record, urgent: false, probe } : { ...record, urgent });
    const released = append.released.then(({ logged }) => {
      this.#act(effects, logged, input);
      if (!logged) for (const alarm of openedBy(events)) this.#note({ type: "not-logged", alarm });
    });
    const durable = append.durable.then(() => {
      for (const alarm of openedBy(events)) this.#note({ type: "journaled", alarm, at: this.#parts.clock.now() });
    });
    this.#rhythm.decided(this.state, events.length);
    return { decision, released, durable };
  }

  /** decide: a rule that fails must not swallow a press. */
  #decide(input: Input, now: number): Decision {
    const { log, meter } = this.#parts;
    try {
      return step(this.state, input, now);
    } catch (error) {
      meter.count("okc_undecided_total", { input: input.type });
      log.error(`a rule failed on ${input.type}; please report this with the log`, { error: String(error) });
      if (input.type !== "report" || input.report.bridge === CANARY_BRIDGE) throw error;
      return this.#keepUndecided(input.report, String(error), now);
    }
  }

  /** The simplest alarm, for staff. If even that fails, the journal has the report, and its device goes on trying. */
  #keepUndecided(report: Report, why: string, now: number): Decision {
    try {
      return step(this.state, { type: "undecided", report, why }, now);
    } catch (error) {
      const device = deviceIdOf(report.bridge, report.address);
      this.#parts.log.error(`no alarm could be made of a report of ${device}: call its wearer`, {
        error: String(error),
      });
      const event = undecided(report, device, `device:${device}`, { why, at: now });
      return { state: this.state, events: [event], effects: [], reply: null, heard: null };
    }
  }

  /** act: what the decision wants to leave, once its records are safe (or cannot be made so in time). */
  #act(effects: readonly Effect[], logged: boolean, input: Input): void {
    for (const effect of effects) {
      try {
        this.#perform(effect, logged, input);
      } catch (error) {
        // One message that cannot be made must not hold up the others.
        this.#parts.log.error(`${effect.do} failed; please report this with the log`, { error: String(error) });
      }
    }
  }

  #perform(effect: Effect, logged: boolean, input: Input): void {
    switch (effect.do) {
      case "say":
        if (logged || effect.order.say !== "heard") this.#outlets.say(effect.order);
        else this.#holdHeard(input, effect);
        return;
      case "hush":
        return this.#outlets.hush(effect.line, effect.bridge, effect.address);
      case "deliver":
        return this.#outlets.deliver(this.state, effect.key);
      case "canary":
        return this.#canaryActed();
      case "withdraw":
        return this.#outlets.withdraw(effect.key);
      case "reached":
        for (const order of this.#held.release(effect.alarm)) this.#outlets.say(order);
    }
  }

  /** Not in the journal: *heard* only once a receiver or a person has replied for the alarm of this press. */
  #holdHeard(input: Input, { order }: Extract<Effect, { do: "say" }>): void {
    if (input.type !== "report") return;
    const device = deviceIdOf(order.bridge, order.address);
    const subject = this.state.enrolled.get(device)?.resident ?? device;
    const id = (this.state.alarmsOf.get(subject) ?? []).findLast((one) =>
      this.state.alarms.get(one)?.presses.some((press) => press.device === device && press.counter === order.counter),
    );
    const times = id === undefined ? undefined : this.state.alarms.get(id)?.times;
    if (!times || id === undefined) return;
    if (times.hotlineReceivedAt ?? times.answeredAt ?? times.acceptedAt) this.#outlets.say(order);
    else this.#held.hold(id, order);
  }

  /** What radios are given. */
  readonly radioSink: ReportSink = {
    report: (report) => {
      noteHearing(this.state, report, { fault: (...one) => this.#fault(...one) });
      return this.hear(report);
    },
    said: (order, at) => this.#note({ type: "said", order, at }),
    unsaid: (order, why) => {
      this.#parts.meter.count("okc_unsaid_total", { say: order.say });
      this.#parts.log.warn(`${order.bridge}:${order.address} was not told "${order.say}": ${why}`);
    },
    keyOf: (bridge, address) => {
      const enrolled = this.state.enrolled.get(deviceIdOf(bridge, address));
      return enrolled && (enrolled.key === null ? null : Buffer.from(enrolled.key, "hex"));
    },
    account: (user) => this.state.accounts.get(user),
    news: (bridge, news) =>
      tellNews(this.state, bridge, news, { note: (one) => this.#note(one), fault: (...one) => this.#fault(...one) }),
    lineState: (line, up, why) => this.#fault(`line:${line}`, "line-down", !up, why),
  };

  #fault(key: string, code: string, active: boolean, detail: string): void {
    const { log, meter } = this.#parts;
    meter.gauge("okc_fault", active ? 1 : 0, { key });
    // What is looked at again and again is said once.
    if (active && this.state.faults.get(key)?.detail !== detail) log.warn(`${key}: ${detail}`);
    this.#note({ type: "fault", key, code, active, detail });
  }

  /** A fault found by something outside the main path: the journal's health, a damaged file. */
  raiseFault(key: string, code: string, detail: string): void {
    this.#fault(key, code, true, detail);
  }

  clearFault(key: string, detail: string): void {
    this.#fault(key, key, false, detail);
  }

  /** Power ends within minutes: the next start reads little. Nothing stops; a journal that takes nothing has the spill. */
  endNear(why: string): void {
    this.#parts.log.warn(`${why}; the state is written down`);
    if (!this.state.faults.get("journal")) void this.#rhythm.snapshot(this.state);
  }
}

interface Run {
  readonly decision: Decision;
  readonly released: Promise<void>;
  readonly durable: Promise<void>;
}

const NOTHING_TO_WAIT_FOR = { released: Promise.resolve(), durable: Promise.resolve() };
