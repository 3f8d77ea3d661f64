import { createUpcast } from "../../gateway/adapters/journal/schema.ts";
import { storedOf } from "../../gateway/adapters/journal/wire.ts";
import type { Flag } from "../../gateway/core/alarm.ts";
import type { DomainEvent } from "../../gateway/core/events.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import type { AlarmKind } from "../../gateway/core/kinds.ts";
import { readState, type State } from "../../gateway/core/state.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import type { MemoryDisk } from "../support/memory-journal.ts";

export const UNPROVED: readonly Flag[] = ["unverified", "unknown-device", "undecided"];

/** What the journal says of one alarm, kept also after the gateway has forgotten it. */
export interface AlarmFacts {
  readonly kind: AlarmKind;
  readonly isUnproved: boolean;
  /** In true time, when it was committed. */
  readonly openedAt: EpochMs;
  takenAt: EpochMs | null;
  resolvedBy: string | null;
  cancelVerifiedBy: string | null;
  isClosed: boolean;
}

/** One report of one device. */
export const reportKey = (device: string, counter: number | null): string => `${device} ${counter}`;

/** Reads the disk as it grows: a second opinion on what was accepted, and the fold of it. */
export class Ledger {
  readonly alarms = new Map<string, AlarmFacts>();
  /** The alarm that each press is in. */
  readonly presses = new Map<string, string>();
  readonly tests = new Set<string>();
  /** The fold of all rows so far. */
  readonly state: State;
  readonly #disk: MemoryDisk;
  readonly #fail: (what: string) => void;
  readonly #proved = new Set<string>();
  readonly #upcast = createUpcast();
  #seq = 0;
  #lastHeard = "";

  constructor(disk: MemoryDisk, fail: (what: string) => void) {
    this.#disk = disk;
    this.#fail = fail;
    this.state = readState(null, disk.gatewayId);
  }

  get seq(): number {
    return this.#seq;
  }

  /** Takes what was committed since. `at`: true time. */
  read(at: EpochMs, noted: (event: DomainEvent, facts: AlarmFacts | undefined) => void): void {
    for (; this.#seq < this.#disk.rows.length; this.#seq++) {
      const row = this.#disk.rows[this.#seq]!;
      if (row[0] !== this.#seq + 1) this.#fail(`row ${row[0]} stands at ${this.#seq + 1} of the journal`);
      const event = storedOf(row, this.#upcast).event as unknown as DomainEvent;
      evolve(this.state, event);
      this.#note(event, at);
      noted(event, "alarm" in event ? this.alarms.get(event.alarm) : undefined);
    }
  }

  #note(event: DomainEvent, at: EpochMs): void {
    const facts = "alarm" in event ? this.alarms.get(event.alarm) : undefined;
    switch (event.kind) {
      case "report-heard":
        this.#lastHeard = reportKey(event.device, event.counter);
        return;
      case "test-started":
        this.#unique(event.test);
        this.tests.add(event.test).add(this.#lastHeard);
        return;
      case "alarm-opened":
        this.#unique(event.alarm);
        this.alarms.set(event.alarm, {
          kind: event.alarmKind,
          isUnproved: event.flags.some((flag) => UNPROVED.includes(flag)),
          openedAt: at,
          takenAt: null,
          resolvedBy: null,
          cancelVerifiedBy: null,
          isClosed: false,
        });
        return this.#press(event.alarm, event.press);
      case "press-appended":
        return this.#press(event.alarm, event.press);
      case "alarm-taken":
        if (facts) facts.takenAt ??= at;
        return;
      case "cancel-verified":
        if (facts) facts.cancelVerifiedBy = event.by;
        return;
      case "cancel-ended":
        if (facts) facts.cancelVerifiedBy = null;
        return;
      case "alarm-resolved":
        if (facts) facts.resolvedBy = event.by;
        return;
      case "alarm-closed":
        if (facts) facts.isClosed = true;
        return;
      default:
        return;
    }
  }

  #unique(id: string): void {
    if (this.alarms.has(id) || this.tests.has(id)) this.#fail(`${id} names two alarms or tests`);
  }

  #press(alarm: string, press: { device: string; counter: number | null; unverified: boolean }): void {
    const key = reportKey(press.device, press.counter);
    if (!press.unverified && this.#proved.has(key)) this.#fail(`the press ${key} was counted twice`);
    if (!press.unverified) this.#proved.add(key);
    this.presses.set(key, alarm);
  }
}
