import { SystemClock } from "../../gateway/adapters/clock/system-clock.ts";
import { SqliteJournal } from "../../gateway/adapters/journal/sqlite-journal.ts";
import { readPolicyFile } from "../../gateway/adapters/policies/read-policy-file.ts";
import type { Actor } from "../../gateway/core/directory.ts";
import { dueKeys } from "../../gateway/core/due.ts";
import type { DomainEvent } from "../../gateway/core/events.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import type { Act, Effect, Input } from "../../gateway/core/input.ts";
import { noteAll, readState, writeState, type State } from "../../gateway/core/state.ts";
import { step, type Decision } from "../../gateway/core/step.ts";
import { minutes } from "../../gateway/core/units.ts";
import type { Append, JournalEvent } from "../../gateway/ports/journal.ts";
import { SILENT_LOG, SILENT_METER } from "../support/memory-journal.ts";
import { addressOf } from "./pendants.ts";

/** Records between two looks at the writer, who is at most two such chunks behind. */
const CHUNK_RECORDS = 2_000;
/** Writing a long history is no sign of a slow disk: nothing spills. */
const COMMIT_MAX_MS = minutes(30);
const DUE_AT_ONCE_MAX = 1_000;

const FACILITIES = { hotline: true, siren: false, channels: [], timezone: "Asia/Shanghai" };

/** What the gateway's rules made of an input, and its record where there was anything to write. */
interface Put {
  readonly decision: Decision;
  readonly append: Append | null;
}

/** A site's state and its real journal, moved by the gateway's own rules in a time of its own. */
export class HistorySite {
  readonly #journal: SqliteJournal;
  #state: State | null = null;
  #records = 0;
  #last: Append | null = null;
  #chunk: Promise<unknown> = Promise.resolve();
  now = 0;
  /** Written since it was opened. */
  entries = 0;

  constructor(folder: string) {
    const clock = new SystemClock();
    const quiet = { log: SILENT_LOG, meter: SILENT_METER };
    this.#journal = new SqliteJournal({ folder, clock, ...quiet, commitMaxMs: COMMIT_MAX_MS });
  }

  get state(): State {
    if (!this.#state) throw new Error("the journal was not opened");
    return this.#state;
  }

  async open(): Promise<void> {
    const { snapshot, events, gatewayId } = await this.#journal.open();
    const state = readState(snapshot?.state ?? null, gatewayId);
    for (const { event } of events) evolve(state, event as unknown as DomainEvent);
    noteAll(state);
    this.#state = state;
    this.now = Date.now();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  /** As the gateway's first start does: puts the policies of `file` into force. */
  start(file: string): void {
    this.put({ type: "started", version: "0", facilities: FACILITIES, policies: readPolicyFile(file), awayMs: 0 });
  }

  put(input: Input): Put {
    const decision = step(this.state, input, this.now);
    const events = decision.events as unknown as readonly JournalEvent[];
    if (events.length === 0) return { decision, append: null };
    this.entries += events.length;
    this.#records++;
    this.#last = this.#journal.append({ at: this.now, events, urgent: true });
    return { decision, append: this.#last };
  }

  /** The press of a resident's MQTT pendant, as the broker hands it on. */
  press(index: number): Put {
    const address = addressOf(index);
    const counter = (this.state.devices.get(`mqtt:${address}`)?.counter ?? 0) + 1;
    const raw = JSON.stringify({ v: 1, kind: "emergency", ctr: counter, ageMs: 0, bat: 87 });
    const from = { bridge: "mqtt", address, line: "broker", transport: "mqtt", proof: "valid" } as const;
    const said = {
      kind: "emergency",
      press: "emergency",
      counter,
      ageMs: 0,
      ageAtLeast: false,
      batteryPct: 87,
      raw,
    } as const;
    return this.put({ type: "report", report: { ...from, ...said, receivedAt: this.now }, silentAfterMs: null });
  }

  /** A press that opens an alarm, and what follows at once: journaled, *heard* at the pendant, received by the hotline. */
  openAlarm(index: number): string {
    const { decision } = this.press(index);
    const opened = decision.events.find((event) => event.kind === "alarm-opened");
    if (!opened) throw new Error(`the press of resident ${index} opened no alarm`);
    this.now += 2;
    this.put({ type: "journaled", alarm: opened.alarm, at: this.now });
    this.now += 40;
    for (const effect of decision.effects) this.#happen(effect);
    return opened.alarm;
  }

  #happen(effect: Effect): void {
    if (effect.do === "say") this.put({ type: "said", order: effect.order, at: this.now });
    if (effect.do !== "deliver") return;
    const times = { at: this.now, sentAt: this.now - 20 };
    this.put({ type: "receipt", key: effect.key, status: "received", ...times, detail: null });
  }

  act(alarm: string, act: Act["act"], by: Actor, more: Pick<Act, "outcome" | "text"> = {}): void {
    const { version } = this.state.alarms.get(alarm)!;
    const { decision, append } = this.put({ type: "act", act, alarm, version, by, ...more });
    if (!decision.reply?.ok || !append) throw new Error(`${act} of ${alarm} changed nothing`);
  }

  runDue(): void {
    for (const key of dueKeys(this.state, this.now, DUE_AT_ONCE_MAX)) this.put({ type: "due", key });
  }

  async snapshot(): Promise<void> {
    await this.#journal.snapshot(writeState(this.state));
  }

  /** Waits when the writer is a chunk behind, so that what waits for it stays bounded. */
  async keepUp(): Promise<void> {
    if (this.#records < CHUNK_RECORDS) return;
    this.#records = 0;
    await this.#chunk;
    this.#chunk = this.#last?.durable ?? Promise.resolve();
  }
}
