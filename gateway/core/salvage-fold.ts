import { isUnresolved, type Press } from "./alarm.ts";
import type { Enrolled } from "./directory.ts";
import type { ReportHeard } from "./device-events.ts";
import type { AlarmEvent, DomainEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import { ALARM_KINDS, type AlarmKind } from "./kinds.ts";
import { DEFAULT_POLICIES } from "./policy-defaults.ts";
import { choosePolicy, policyKey } from "./policy.ts";
import { readState, siteOf, type State } from "./state.ts";
import { hours, type EpochMs } from "./units.ts";

/** An event that was read from a damaged journal. Those of one record were one input's; "": not known. */
export interface FoundRow {
  readonly seq: number;
  readonly at: EpochMs;
  readonly record: string;
  readonly event: DomainEvent;
}

/** What is known of an alarm without its opening: nothing says who pressed. */
export const UNKNOWN_DEVICE = "unknown";
/** A press whose alarm cannot be found is an alarm again, if it is this young beside the newest entry. */
const PRESSES_WITHIN_MS = hours(24);
/** After these nothing needs anybody. */
const LAST_KINDS: readonly AlarmEvent["kind"][] = ["alarm-closed", "alarm-forgotten"];

const isAlarmKind = (kind: string): kind is AlarmKind => (ALARM_KINDS as readonly string[]).includes(kind);
const pressKey = (device: string, counter: number | null, receivedAt: EpochMs): string =>
  `${device} ${counter} ${receivedAt}`;

/**
 * The state that events with gaps lead to. An alarm that a readable event names is there, whether its opening can be
 * read or not; a press that was heard and whose alarm cannot be read is an alarm.
 */
export class SalvageFold {
  readonly state: State;
  readonly #rows: readonly FoundRow[];
  readonly #pressed = new Set<string>();
  /** Alarms that were opened here, without knowing who pressed. */
  readonly #nameless: string[] = [];

  constructor(found: {
    readonly gatewayId: string;
    readonly directory: readonly DomainEvent[];
    readonly snapshot: { readonly state: string } | null;
    readonly rows: readonly FoundRow[];
  }) {
    this.#rows = found.rows;
    this.state = readState(found.snapshot?.state ?? null, found.gatewayId);
    if (!found.snapshot) for (const event of found.directory) this.#evolve(event);
    for (const row of found.rows) this.#take(row);
    for (const row of found.rows) if (row.event.kind === "report-heard") this.#checkPress(row, row.event);
    this.#nameOthers();
    for (const alarm of this.state.alarms.values()) this.#providePolicy(alarm.policy, alarm.id);
  }

  #take(row: FoundRow): void {
    const { event } = row;
    if ("alarm" in event && event.kind !== "alarm-opened" && event.kind !== "alarm-salvaged") {
      if (!this.state.alarms.get(event.alarm) && !LAST_KINDS.includes(event.kind)) this.#openUnread(row, event.alarm);
    }
    if (event.kind === "alarm-opened" || event.kind === "press-appended" || event.kind === "test-pressed")
      this.#note(event.press);
    this.#evolve(event);
  }

  #note({ device, counter, receivedAt }: Press): void {
    this.#pressed.add(pressKey(device, counter, receivedAt));
  }

  /** One event that means nothing without those that are lost must not cost the rest. */
  #evolve(event: DomainEvent): void {
    try {
      evolve(this.state, event);
    } catch {
      // It stays in the file that was moved aside.
    }
  }

  /** Its opening cannot be read, and a later entry names it. */
  #openUnread({ record, at }: FoundRow, alarm: string): void {
    const heard = this.#rows.find(
      (row) => record !== "" && row.record === record && row.event.kind === "report-heard",
    )?.event;
    if (heard?.kind === "report-heard") this.#open(alarm, heard, at);
    else {
      this.#open(alarm, null, at);
      this.#nameless.push(alarm);
    }
  }

  #open(alarm: string, heard: ReportHeard | null, at: EpochMs): void {
    const device = heard?.device ?? UNKNOWN_DEVICE;
    const press = pressOf(device, heard, at);
    const alarmKind = heard && isAlarmKind(heard.report) ? heard.report : "emergency";
    this.#note(press);
    this.#evolve({
      kind: "alarm-opened",
      alarm,
      alarmKind,
      priority: 1,
      flags: ["salvaged"],
      resident: this.state.enrolled.get(device)?.resident ?? null,
      device,
      policy: this.#policyFor(alarmKind),
      linkedTo: null,
      press,
      at: heard?.at ?? at,
    });
  }

  /** Each press that is heard is in an alarm, by the same record: where it is in none, that entry cannot be read. */
  #checkPress({ at }: FoundRow, heard: ReportHeard): void {
    const { device, counter } = heard;
    const enrolled = this.state.enrolled.get(device);
    if (!isPress(heard, enrolled) || this.#pressed.has(pressKey(device, counter, heard.at))) return;
    const newest = this.#rows[this.#rows.length - 1]!.at;
    if (at < newest - PRESSES_WITHIN_MS) return;
    const own = (this.state.alarmsOf.get(enrolled?.resident ?? device) ?? []).flatMap(
      (id) => this.state.alarms.get(id) ?? [],
    );
    const open = own.findLast(isUnresolved);
    if (open)
      return this.#evolve({ kind: "press-appended", alarm: open.id, press: pressOf(device, heard, at), at: heard.at });
    const nameless = this.#nameless.find((id) => (this.state.alarms.get(id)?.openedAt ?? 0) >= at);
    if (nameless !== undefined) return this.#name(nameless, device);
    this.#open(`${siteOf(this.state).gatewayId}-${siteOf(this.state).lastNumber + 1}`, heard, at);
  }

  /** A later press of the same alarm says whose it is. */
  #nameOthers(): void {
    for (const id of [...this.#nameless]) {
      const press = this.state.alarms.get(id)?.presses.findLast(({ device }) => device !== UNKNOWN_DEVICE);
      if (press) this.#name(id, press.device);
    }
  }

  #name(id: string, device: string): void {
    this.#nameless.splice(this.#nameless.indexOf(id), 1);
    const alarm = this.state.alarms.get(id);
    const resident = this.state.enrolled.get(device)?.resident ?? null;
    if (alarm) this.state.alarms.set(id, { ...alarm, device, resident });
  }

  /** The policy that an alarm runs by must be there; where it is not, one of the site for its kind. */
  #providePolicy(key: string, id: string): void {
    const alarm = this.state.alarms.get(id)!;
    if (!this.state.policies.get(key)) this.state.alarms.set(id, { ...alarm, policy: this.#policyFor(alarm.kind) });
  }

  #policyFor(kind: AlarmKind): string {
    const inForce = siteOf(this.state).policies.flatMap((key) => this.state.policies.get(key) ?? []);
    const policy = choosePolicy(inForce, kind, null, null) ?? choosePolicy(DEFAULT_POLICIES, kind, null, null)!;
    const key = policyKey(policy);
    if (!this.state.policies.get(key)) this.#evolve({ kind: "policy-saved", policy });
    return key;
  }
}

/** Whether a report opens an alarm or joins one. */
function isPress({ report, proof, learning = false }: ReportHeard, enrolled: Enrolled | undefined): boolean {
  return !learning && proof === "valid" && (isAlarmKind(report) || (report === "other" && enrolled?.means !== "test"));
}

const pressOf = (device: string, heard: ReportHeard | null, at: EpochMs): Press => ({
  at: heard?.at ?? at,
  receivedAt: heard?.at ?? at,
  device,
  kind: heard?.report ?? "emergency",
  counter: heard?.counter ?? null,
  ageMs: null,
  transport: "journal",
  line: heard?.line ?? "journal",
  late: false,
  unverified: false,
  raw: null,
});
