import type { Alarm, Delivery, Offer } from "../../gateway/core/alarm.ts";
import type { Actor } from "../../gateway/core/directory.ts";
import { dueKeys } from "../../gateway/core/due.ts";
import type { DirectoryEvent, DomainEvent, Facilities } from "../../gateway/core/events.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import type {
  ActName,
  DeviceActName,
  Effect,
  Input,
  PlatformAct,
  Recurrence,
  Reply,
} from "../../gateway/core/input.ts";
import type { Answer, Leg, Outcome, ReportKind, Say } from "../../gateway/core/kinds.ts";
import type { PlatformActName } from "../../gateway/core/news-events.ts";
import { DEFAULT_POLICIES } from "../../gateway/core/policy-defaults.ts";
import type { Chase, Policy } from "../../gateway/core/policy.ts";
import type { DutyPlan } from "../../gateway/core/rota.ts";
import type { Report } from "../../gateway/core/report.ts";
import { readState, writeState, type State } from "../../gateway/core/state.ts";
import { step, type Decision } from "../../gateway/core/step.ts";
import type { DurationMs, EpochMs } from "../../gateway/core/units.ts";
import { COMMUNITY, FACILITIES } from "./core-community.ts";
import { assertEvent } from "./json-schemas.ts";
import { NOON } from "./test-clock.ts";

export const GATEWAY_ID = "7gk2qx9d";
export const WANG: Actor = { name: "王芳", role: "staff" };
export const CHEN: Actor = { name: "陈静", role: "operator" };

type Receipt = Extract<Input, { type: "receipt" }>;

export interface CoreHomeOptions {
  readonly facilities?: Partial<Facilities>;
  readonly people?: readonly DirectoryEvent[];
  readonly policies?: readonly Policy[];
  readonly duty?: DutyPlan;
  readonly at?: EpochMs;
  /** Goes on from a state that `writeState` wrote: nobody is saved, nothing is started. */
  readonly from?: string;
}

/** The default policies with some of `id`'s fields changed. */
export const policiesWith = (id: string, change: Partial<Policy>): Policy[] =>
  DEFAULT_POLICIES.map((policy) => (policy.id === id ? { ...policy, ...change } : policy));

/** Nobody is tried by a second way before it fails: stories of the policy's own steps. */
export const NO_CHASE: Chase = { notDeliveredMs: null, notSeenMs: null, noReplyMs: null };
export const UNCHASED: readonly Policy[] = DEFAULT_POLICIES.map((policy) => ({ ...policy, chase: NO_CHASE }));

/** More due times than any story has; past it something is due without end. */
const TURNS_MAX = 20_000;

/** The pure core as a story: presses, people, receipts and time go in; alarms and messages come out. */
export class CoreHome {
  state: State;
  now: EpochMs;
  /** What was decided since the last `clear`, the newest last. */
  events: DomainEvent[] = [];
  effects: Effect[] = [];
  last: Decision | null = null;
  /** Told of each decision, with what was asked. */
  watch: (input: Input, decision: Decision) => void = () => undefined;
  readonly counters = new Map<string, number>();
  /** The fold of everything that was emitted, through JSON as a journal would give it back. */
  readonly folded: State;
  #messages = 0;
  #facilities: Facilities;
  #policies: readonly Policy[];
  readonly #duty: DutyPlan | null;

  constructor(options: CoreHomeOptions = {}) {
    this.now = options.at ?? NOON;
    this.state = readState(options.from ?? null, GATEWAY_ID);
    this.folded = readState(options.from ?? null, GATEWAY_ID);
    this.#facilities = { ...FACILITIES, ...options.facilities };
    this.#policies = options.policies ?? DEFAULT_POLICIES;
    this.#duty = options.duty ?? null;
    if (options.from !== undefined) return;
    this.start();
    this.decide({ type: "save", events: options.people ?? COMMUNITY });
    this.clear();
  }

  decide(input: Input): Decision {
    const decision = step(this.state, input, this.now);
    this.last = decision;
    this.events.push(...decision.events);
    this.effects.push(...decision.effects);
    decision.events.forEach(assertEvent);
    for (const event of decision.events) evolve(this.folded, JSON.parse(JSON.stringify(event)) as DomainEvent);
    this.watch(input, decision);
    return decision;
  }

  /** What a later start says of the site. */
  useSite(facilities: Facilities, policies: readonly Policy[]): void {
    this.#facilities = facilities;
    this.#policies = policies;
  }

  clear(): void {
    this.events = [];
    this.effects = [];
  }

  start(facilities: Partial<Facilities> = {}, policies = this.#policies, awayMs = 0): Decision {
    return this.decide({
      type: "started",
      version: "0",
      facilities: { ...this.#facilities, ...facilities },
      policies,
      duty: this.#duty,
      awayMs,
    });
  }

  /** The process ends and reads its snapshot again, `afterMs` later. What was overdue runs. */
  restart(afterMs: DurationMs = 0, facilities: Partial<Facilities> = {}, policies = this.#policies): void {
    this.state = readState(writeState(this.state), GATEWAY_ID);
    this.now += afterMs;
    this.start(facilities, policies, afterMs);
    this.runDue();
  }

  report(
    kind: ReportKind,
    fields: Partial<Report> = {},
    silentAfterMs: DurationMs | null = null,
    recurrence?: Recurrence,
  ): Decision {
    const address = fields.address ?? "beef";
    const counter = fields.counter === undefined ? (this.counters.get(address) ?? 9) + 1 : fields.counter;
    if (counter !== null) this.counters.set(address, Math.max(counter, this.counters.get(address) ?? 0));
    const report: Report = {
      bridge: "okc",
      address,
      line: "ttyUSB0",
      transport: "serial",
      kind,
      press: kind === "heartbeat" || kind === "low_battery" ? null : kind,
      ageMs: 0,
      ageAtLeast: false,
      batteryPct: 90,
      proof: "valid",
      receivedAt: this.now,
      raw: "c0de",
      ...fields,
      counter,
    };
    return this.decide({ type: "report", report, silentAfterMs, ...(recurrence && { recurrence }) });
  }

  /** A press on r1's pendant; gives the alarm that it opened or joined. */
  press(fields: Partial<Report> = {}): Alarm {
    this.report("emergency", fields);
    return this.alarm;
  }

  cancel(fields: Partial<Report> = {}): Decision {
    return this.report("cancel", fields);
  }

  /** Time passes; what comes due runs at its time. */
  forward(ms: DurationMs): void {
    const until = this.now + ms;
    let turns = 0;
    for (let next = this.state.agenda.next(); next !== null && next <= until; next = this.state.agenda.next()) {
      if (turns++ > TURNS_MAX) throw new Error("the agenda never empties: something is due again and again");
      this.now = Math.max(this.now, next);
      this.runDue();
    }
    this.now = until;
  }

  runDue(): void {
    for (const key of dueKeys(this.state, this.now, 200)) this.decide({ type: "due", key });
  }

  act(
    act: ActName,
    more: { by?: Actor; text?: string; outcome?: Outcome; version?: number; alarm?: string } = {},
  ): Reply {
    const alarm = more.alarm ?? this.alarm.id;
    const version = more.version ?? this.state.alarms.get(alarm)?.version ?? 0;
    return this.decide({ type: "act", act, by: WANG, ...more, alarm, version }).reply!;
  }

  /** What an operator of the city platform did with the newest alarm; each message has an id of its own. */
  platformAct(act: PlatformActName, more: Partial<PlatformAct> = {}): Reply {
    const text = act === "note" || act === "dispatched" ? "救护车" : null;
    return this.decide({
      type: "platform-act",
      platform: "81890",
      id: `m${++this.#messages}`,
      act,
      alarm: this.alarm.id,
      version: null,
      by: "李梅",
      text,
      outcome: act === "closed" ? "helped-on-site" : null,
      reason: act === "rejected" ? "not-ours" : null,
      ...more,
    }).reply!;
  }

  /** What a person does with r1's pendant, or with another device. */
  deviceAct(act: DeviceActName, more: { device?: string; by?: Actor; forMs?: DurationMs; with?: string } = {}): Reply {
    return this.decide({ type: "device-act", act, device: "okc:beef", by: WANG, ...more }).reply!;
  }

  resolve(outcome: Outcome = "ok-accidental"): Reply {
    return this.act("resolve", { outcome });
  }

  /** What a responder answers to the offer of the newest alarm, or of `alarm`. */
  answer(who: string, answer: Answer, version?: number, alarm = this.alarm): Reply {
    const offer = alarm.offers.find((one) => one.responder === who);
    return this.decide({
      type: "answer",
      offer: offer?.id ?? `${alarm.id}.o99`,
      version: version ?? offer?.version ?? 1,
      answer,
    }).reply!;
  }

  receipt(key: string, status: Receipt["status"], detail: string | null = null): Decision {
    return this.decide({ type: "receipt", key, status, at: this.now, sentAt: null, detail });
  }

  /** The webhook and the hotline take everything that waits, as a healthy site does. */
  deliverAll(): void {
    for (const { key, type, status } of this.alarm.deliveries)
      if (status === "queued") this.receipt(key, type === "hotline" ? "received" : "sent");
  }

  fault(key: string, active: boolean, code = "path-down"): Decision {
    return this.decide({ type: "fault", key, code, active, detail: active ? "down" : "up" });
  }

  /** The machine's clock moves: from here on `now` is what it shows. */
  stepClock(byMs: DurationMs): void {
    this.decide({ type: "clock-stepped", byMs });
    this.now += byMs;
  }

  get alarms(): Alarm[] {
    return [...this.state.alarms.values()];
  }

  /** The newest alarm. */
  get alarm(): Alarm {
    const alarm = this.alarms.at(-1);
    if (!alarm) throw new Error("no alarm is open");
    return alarm;
  }

  offers(leg: Leg, alarm = this.alarm): string[] {
    return alarm.offers.filter((offer) => offer.leg === leg).map(({ responder }) => responder);
  }

  offer(who: string, alarm = this.alarm): Offer {
    const offer = alarm.offers.find((one) => one.responder === who);
    if (!offer) throw new Error(`${who} was not asked`);
    return offer;
  }

  hotline(alarm = this.alarm): Delivery[] {
    return alarm.deliveries.filter(({ type }) => type === "hotline");
  }

  siren(alarm = this.alarm): Delivery | undefined {
    return alarm.deliveries.findLast(({ type }) => type === "siren");
  }

  /** Sayings to pendants since the last `clear`. */
  get said(): Say[] {
    return this.effects.flatMap((effect) => (effect.do === "say" ? [effect.order.say] : []));
  }

  /** What left since the last `clear`: `webhook v4 offer`, `hotline 101/1`, `siren`. */
  get left(): string[] {
    return this.effects.flatMap((effect) => (effect.do === "deliver" ? [this.#nameOf(effect.key)] : []));
  }

  get kinds(): DomainEvent["kind"][] {
    return this.events.map(({ kind }) => kind);
  }

  #nameOf(key: string): string {
    const found = this.alarms.flatMap(({ deliveries }) => deliveries).find((one) => one.key === key);
    if (!found) return key;
    if (found.type === "hotline") return `hotline ${found.event}/${found.qualifier}`;
    return found.type === "siren" ? "siren" : `${found.channel} ${found.to} ${found.type}`;
  }
}
