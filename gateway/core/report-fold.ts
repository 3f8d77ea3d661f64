import { proofOf, type Alarm, type Flag, type OfferState, type Times } from "./alarm.ts";
import { openAlarm, salvageAlarm, evolveAlarm } from "./evolve-alarm.ts";
import { hasLeft } from "./evolve-alarm-messages.ts";
import { shiftAlarm } from "./evolve-site.ts";
import type { AlarmEvent, DomainEvent } from "./events.ts";
import { TABLE_NAMES, type Tables } from "./state.ts";
import type { Table } from "./table.ts";
import type { DurationMs, EpochMs } from "./units.ts";

/** One responder in one alarm: when they were asked, and what they did. First time of each; null: not measured. */
export interface Asked {
  readonly responder: string;
  /** A message to them left: nothing proves that they have it; `deliveredAt`: their own telephone had it. */
  readonly notifiedAt: EpochMs | null;
  readonly deliveredAt?: EpochMs | null;
  readonly seenAt: EpochMs | null;
  readonly acceptedAt: EpochMs | null;
  readonly arrivedAt: EpochMs | null;
}

/** What reports need of an alarm. No names, no addresses: people stand by their ids. */
export interface AlarmRecord {
  readonly id: string;
  readonly openedAt: EpochMs;
  readonly kind: string;
  /** False: nothing proves that the device sent it, or nobody enrolled it. */
  readonly proved: boolean;
  readonly resident: string | null;
  readonly state: string;
  /** The list was gone through once and nobody had taken it. */
  readonly unanswered: boolean;
  readonly outcome: string | null;
  readonly times: Times;
  readonly asked: readonly Asked[];
}

export interface FaultRecord {
  /** The sequence number of the entry that raised it. */
  readonly id: number;
  readonly key: string;
  readonly code: string;
  readonly since: EpochMs;
  /** Null: it lasts. */
  readonly until: EpochMs | null;
}

export interface TestRecord {
  readonly id: string;
  readonly device: string;
  readonly startedAt: EpochMs;
  /** Null: it runs. */
  readonly passed: boolean | null;
}

/** An alarm that may still change, as the fold goes on from it. */
export interface Followed {
  readonly alarm: Alarm;
  readonly unanswered: boolean;
  readonly asked: readonly Asked[];
}

/** What changed since it was last asked for. */
export interface FoldChanges {
  readonly alarms: readonly AlarmRecord[];
  /** To go on from; null: it cannot change any more. */
  readonly followed: readonly (readonly [id: string, followed: Followed | null])[];
  readonly faults: readonly FaultRecord[];
  readonly tests: readonly TestRecord[];
}

/** Events that say nothing to reports; they need not be read. */
export const UNREPORTED: readonly DomainEvent["kind"][] = [
  "report-heard",
  "policy-saved",
  "say-changed",
  "progress-made",
  "priority-raised",
  "alarm-positioned",
  "noted",
  "gateway-started",
  "notice-queued",
  "notice-joined",
  "notice-left",
  "notice-ended",
  "resident-saved",
  "building-saved",
  "responder-saved",
  "contact-saved",
  "device-saved",
  "account-saved",
  "token-saved",
];

const UNPROVED: readonly Flag[] = ["unverified", "unknown-device", "unclear-cause"];
const NOWHERE: Table<never> = {
  get: () => undefined,
  set: () => undefined,
  delete: () => undefined,
  values: () => [],
};

/**
 * Folds the journal into what reports need, by the same rules as the state: an alarm's times are those that the desk
 * shows. A clock that was stepped moves alarms that have not left the state, so that their distances stay true.
 */
export class ReportFold {
  readonly #followed: Map<string, Followed>;
  /** Those that last, by key. */
  readonly #faults: Map<string, FaultRecord>;
  /** Those that run. */
  readonly #tests: Map<string, TestRecord>;
  readonly #gone = new Map<string, AlarmRecord>();
  readonly #changed = new Set<string>();
  readonly #changedFaults = new Map<number, FaultRecord>();
  readonly #changedTests = new Map<string, TestRecord>();
  readonly #tables: Tables;

  /** Goes on from alarms that are followed, faults that last and tests that run. */
  constructor(followed: Iterable<Followed> = [], faults: Iterable<FaultRecord> = [], tests: Iterable<TestRecord> = []) {
    this.#followed = new Map([...followed].map((one) => [one.alarm.id, one]));
    this.#faults = new Map([...faults].map((one) => [one.key, one]));
    this.#tests = new Map([...tests].map((one) => [one.id, one]));
    const nowhere = Object.fromEntries(TABLE_NAMES.map((name) => [name, NOWHERE])) as unknown as Tables;
    this.#tables = { ...nowhere, alarms: this.#alarms() };
  }

  /** The rules' view of what is followed. */
  #alarms(): Table<Alarm> {
    const followed = this.#followed;
    return {
      get: (id) => followed.get(id)?.alarm,
      set: (id, alarm) => void followed.set(id, { ...(followed.get(id) ?? { unanswered: false, asked: [] }), alarm }),
      delete: (id) => void followed.delete(id),
      *values() {
        for (const { alarm } of followed.values()) yield alarm;
      },
    };
  }

  /** `seq`: the event's place in the journal. */
  apply(seq: number, event: DomainEvent): void {
    switch (event.kind) {
      case "clock-stepped":
        return this.#shift(event.byMs);
      case "fault-raised": {
        const { key, code, at: since } = event;
        if (!this.#faults.has(key)) this.#setFault({ id: seq, key, code, since, until: null });
        return;
      }
      case "fault-cleared": {
        const fault = this.#faults.get(event.key);
        if (fault) this.#setFault({ ...fault, until: event.at });
        return;
      }
      case "test-started":
        return this.#setTest({ id: event.test, device: event.device, startedAt: event.at, passed: null });
      case "test-ended": {
        const test = this.#tests.get(event.test);
        if (test) this.#setTest({ ...test, passed: event.passed });
        return;
      }
      default:
        if ("alarm" in event) this.#applyAlarm(event);
    }
  }

  /** What changed since the last call. */
  take(): FoldChanges {
    const changed = [...this.#changed].map((id) => [id, this.#followed.get(id)] as const);
    const changes: FoldChanges = {
      alarms: [...this.#gone.values(), ...changed.flatMap(([, one]) => (one ? [recordOf(one)] : []))],
      followed: changed.map(([id, one]) => [id, one ? withoutPeople(one) : null]),
      faults: [...this.#changedFaults.values()],
      tests: [...this.#changedTests.values()],
    };
    for (const changed of [this.#gone, this.#changed, this.#changedFaults, this.#changedTests]) changed.clear();
    return changes;
  }

  #applyAlarm(event: AlarmEvent): void {
    if (event.kind === "alarm-opened") {
      openAlarm(this.#tables, event);
      this.#note(event.alarm, event.flags);
      return;
    }
    if (event.kind === "alarm-salvaged") {
      salvageAlarm(this.#tables, event.found);
      const known = this.#followed.get(event.alarm)!;
      if (known.asked.length === 0) this.#followed.set(event.alarm, { ...known, asked: standingOf(event.found) });
      this.#note(event.alarm, event.found.flags);
      return;
    }
    const before = this.#followed.get(event.alarm);
    // It has left the state, as it has at the desk: a late receipt changes nothing.
    if (!before) return;
    if (event.kind === "alarm-forgotten") this.#gone.set(event.alarm, recordOf(before));
    evolveAlarm(this.#tables, before.alarm, event);
    this.#changed.add(event.alarm);
    const after = this.#followed.get(event.alarm);
    if (!after) return;
    const asked = askedAfter(before, event);
    if (asked !== after.asked) this.#followed.set(event.alarm, { ...after, asked });
    if (event.kind === "step-run" || event.kind === "alarm-flagged") this.#note(event.alarm, event.flags);
  }

  /** A flag may go again; that nobody had taken it in time stays true. */
  #note(id: string, flags: readonly Flag[]): void {
    this.#changed.add(id);
    const known = this.#followed.get(id)!;
    if (flags.includes("unanswered") && !known.unanswered) this.#followed.set(id, { ...known, unanswered: true });
  }

  #setFault(fault: FaultRecord): void {
    if (fault.until === null) this.#faults.set(fault.key, fault);
    else this.#faults.delete(fault.key);
    this.#changedFaults.set(fault.id, fault);
  }

  #setTest(test: TestRecord): void {
    if (test.passed === null) this.#tests.set(test.id, test);
    else this.#tests.delete(test.id);
    this.#changedTests.set(test.id, test);
  }

  #shift(byMs: DurationMs): void {
    for (const [id, { alarm, asked, ...rest }] of this.#followed) {
      this.#followed.set(id, {
        ...rest,
        alarm: shiftAlarm(alarm, byMs),
        asked: asked.map((one) => shiftAsked(one, byMs)),
      });
      this.#changed.add(id);
    }
    for (const fault of [...this.#faults.values()]) this.#setFault({ ...fault, since: fault.since + byMs });
    for (const test of [...this.#tests.values()]) this.#setTest({ ...test, startedAt: test.startedAt + byMs });
  }
}

function recordOf({ alarm, unanswered, asked }: Followed): AlarmRecord {
  const { id, openedAt, kind, resident, state, outcome, times } = alarm;
  const proved = !alarm.flags.some((flag) => UNPROVED.includes(flag));
  return { id, openedAt, kind, proved, resident, state, unanswered, outcome, times, asked };
}

/** Who had it and what was noted is the journal's; the times do not rest on it. */
function withoutPeople({ alarm, ...rest }: Followed): Followed {
  const deliveries = alarm.deliveries.map((delivery) => ({ ...delivery, reason: null, detail: null }));
  const nobody = { owner: null, cancel: null, arrivals: [], notes: [], resolvedBy: null, closedBy: null };
  return { ...rest, alarm: { ...alarm, ...nobody, presses: [], deliveries } };
}

const NOT_YET = { notifiedAt: null, deliveredAt: null, seenAt: null, acceptedAt: null, arrivedAt: null };

function askedAfter({ alarm, asked }: Followed, event: AlarmEvent): readonly Asked[] {
  switch (event.kind) {
    case "step-run":
    case "messages-queued":
      return event.offers.reduce((all, { responder }) => withTime(all, responder, null, event.at), asked);
    case "offer-changed": {
      const responder = alarm.offers.find(({ id }) => id === event.offer)?.responder;
      const name = OFFER_TIMES[event.state];
      return responder === undefined || name === undefined ? asked : withTime(asked, responder, name, event.at);
    }
    case "delivery-changed": {
      const delivery = alarm.deliveries.find(({ key }) => key === event.key);
      if (delivery?.type !== "offer" || !hasLeft(event)) return asked;
      const left = withTime(asked, delivery.to, "notifiedAt", event.at);
      return proofOf(event.status) >= 2 ? withTime(left, delivery.to, "deliveredAt", event.at) : left;
    }
    default:
      return asked;
  }
}

/** What a damaged journal gave back of who was asked: how it stood, and since when. */
const standingOf = ({ offers }: Alarm): readonly Asked[] =>
  offers.map(({ responder, state, changedAt }) => {
    const name = OFFER_TIMES[state];
    return { ...NOT_YET, responder, ...(name && { [name]: changedAt }) };
  });

type AskedTime = keyof typeof NOT_YET;
const OFFER_TIMES: Readonly<Partial<Record<OfferState, AskedTime>>> = {
  seen: "seenAt",
  accepted: "acceptedAt",
  arrived: "arrivedAt",
};

/** The first time of each is kept. `name` null: they are only asked. */
function withTime(all: readonly Asked[], responder: string, name: AskedTime | null, at: EpochMs): readonly Asked[] {
  const known = all.find((one) => one.responder === responder);
  if (known && (name === null || (known[name] ?? null) !== null)) return all;
  const next: Asked = { ...NOT_YET, ...known, responder, ...(name && { [name]: at }) };
  return known ? all.map((one) => (one === known ? next : one)) : [...all, next];
}

function shiftAsked({ responder, ...times }: Asked, byMs: DurationMs): Asked {
  const shifted = Object.entries(times).map(([name, at]) => [name, at === null ? null : at + byMs]);
  return { responder, ...(Object.fromEntries(shifted) as Omit<Asked, "responder">) };
}
