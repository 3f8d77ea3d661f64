import { createHash } from "node:crypto";
import { once } from "node:events";
import type { EventEmitter } from "node:events";
import type { Report, SayOrder } from "../../gateway/core/report.ts";
import type { DurationMs, EpochMs } from "../../gateway/core/units.ts";
import type { Log, Meter } from "../../gateway/ports/log.ts";
import type { BridgeNews, Fate, RadioAccount, ReportSink } from "../../gateway/ports/radio.ts";

/** How long a test waits for something real before it fails. */
export const DEADLINE_MS: DurationMs = 5_000;

/** Fails with what was waited for when `promise` takes longer than the deadline. */
export async function within<T>(promise: Promise<T>, what: string, deadlineMs = DEADLINE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${deadlineMs} ms for ${what}`)), deadlineMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The arguments of the next `event`; for emitters whose types `once` of node:events does not take, as mqtt.js'. */
export const eventOf = (emitter: object, event: string): Promise<unknown[]> => once(emitter as EventEmitter, event);

/** Tells those who wait whenever something was recorded. */
class Changes {
  readonly #waiting = new Set<() => void>();

  happened(): void {
    for (const look of [...this.#waiting]) look();
  }

  async until(isTrue: () => boolean, what: string): Promise<void> {
    if (isTrue()) return;
    let look = (): void => {};
    const seen = new Promise<void>((resolve) => {
      look = () => void (isTrue() && resolve());
      this.#waiting.add(look);
    });
    await within(seen, what).finally(() => this.#waiting.delete(look));
  }
}

/** Stands in for the gateway behind a radio: records what it hears and lets a test decide when it is durable. */
export class RecordingSink implements ReportSink {
  readonly reports: Report[] = [];
  readonly saidOrders: { readonly order: SayOrder; readonly at: EpochMs }[] = [];
  readonly unsaidOrders: { readonly order: SayOrder; readonly why: string }[] = [];
  readonly lines: { readonly line: string; readonly up: boolean; readonly why: string }[] = [];
  readonly told: { readonly bridge: string; readonly news: BridgeNews }[] = [];
  readonly keys = new Map<string, Uint8Array | null>();
  readonly #accounts = new Map<string, RadioAccount>();
  readonly #held: { readonly report: Report; readonly settle: (fate: Fate) => void }[] = [];
  readonly #changes = new Changes();
  #holding = false;

  report(report: Report): Promise<Fate> {
    this.reports.push(report);
    const fate = this.#holding
      ? new Promise<Fate>((settle) => void this.#held.push({ report, settle }))
      : Promise.resolve<Fate>("durable");
    this.#changes.happened();
    return fate;
  }

  said(order: SayOrder, at: EpochMs): void {
    this.saidOrders.push({ order, at });
    this.#changes.happened();
  }

  unsaid(order: SayOrder, why: string): void {
    this.unsaidOrders.push({ order, why });
    this.#changes.happened();
  }

  news(bridge: string, news: BridgeNews): void {
    this.told.push({ bridge, news });
    this.#changes.happened();
  }

  keyOf(bridge: string, address: string): Uint8Array | null | undefined {
    return this.keys.get(`${bridge}:${address}`);
  }

  account(user: string): RadioAccount | undefined {
    return this.#accounts.get(user);
  }

  lineState(line: string, up: boolean, why: string): void {
    this.lines.push({ line, up, why });
    this.#changes.happened();
  }

  /** An account of one device (`address`) or of a whole bridge (null). */
  addAccount(user: string, password: string, bridge: string, address: string | null): void {
    const passwordSha256 = createHash("sha256").update(password).digest("hex");
    this.#accounts.set(user, { user, passwordSha256, bridge, address });
  }

  removeAccount(user: string): void {
    this.#accounts.delete(user);
  }

  /** From now on reports are not durable until `release`. */
  hold(): void {
    this.#holding = true;
  }

  /** Makes what is held durable, oldest first, and what follows at once. */
  release(fate: Fate = "durable"): void {
    this.#holding = false;
    for (const each of this.#held.splice(0)) each.settle(fate);
  }

  /** Makes durable what is held and `wanted`; goes on holding. */
  releaseWhere(wanted: (report: Report) => boolean, fate: Fate = "durable"): void {
    for (const each of this.#held.splice(0)) {
      if (wanted(each.report)) each.settle(fate);
      else this.#held.push(each);
    }
  }

  /** Resolves when `isTrue` holds; it is looked at after each call that the sink gets. */
  until(isTrue: () => boolean, what: string): Promise<void> {
    return this.#changes.until(isTrue, what);
  }
}

/** Keeps the counts and gauges, by name and labels: `okc_mqtt_denied_total{what="publish"}`. */
export class RecordingMeter implements Meter {
  readonly counts = new Map<string, number>();
  readonly gauges = new Map<string, number>();
  readonly #changes = new Changes();

  count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const key = labelled(name, labels);
    this.counts.set(key, (this.counts.get(key) ?? 0) + by);
    this.#changes.happened();
  }

  gauge(name: string, value: number, labels: Readonly<Record<string, string>> = {}): void {
    this.gauges.set(labelled(name, labels), value);
    this.#changes.happened();
  }

  observe(): void {}

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  until(isTrue: () => boolean, what: string): Promise<void> {
    return this.#changes.until(isTrue, what);
  }
}

const labelled = (name: string, labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
};

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps the lines for a test to read. */
export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];

  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: "info", message, fields });
  }

  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: "warn", message, fields });
  }

  error(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: "error", message, fields });
  }
}
