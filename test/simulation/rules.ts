import { alarmOfKey, isOnTheWay, isUnresolved, nextDue, type Alarm } from "../../gateway/core/alarm.ts";
import { CANCEL_EVENT, EVENT_OF_KIND } from "../../gateway/core/contact-id.ts";
import type { DomainEvent } from "../../gateway/core/events.ts";
import { UNPROVED_PRESSES_MAX } from "../../gateway/core/press.ts";
import { deviceIdOf, type SayOrder } from "../../gateway/core/report.ts";
import { siteReportOf } from "../../gateway/core/site-report.ts";
import type { State } from "../../gateway/core/state.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { HotlineMessage, OfferMessage, PersonMessage, SirenMessage } from "../../gateway/ports/channel.ts";
import type { DeskPeople } from "./desk.ts";
import type { GatewayProcess, MortalDisk, ProcessWitness } from "./gateway-process.ts";
import { UNPROVED, reportKey, type AlarmFacts, type Ledger } from "./ledger.ts";
import type { HotlineReceiver } from "./receiving-ends.ts";
import type { Person } from "./settlement.ts";
import type { Tally, Town } from "./town.ts";
import type { OnAir, WornButton } from "./worn-button.ts";

const PRESSES: ReadonlySet<string> = new Set(["emergency", "fall", "service", "inactivity", "other"]);
/** The hotline's channel tries again this often; past it an alarm that nobody took must have arrived. */
const HOTLINE_WITHIN_MS = seconds(90);

export interface RulesParts {
  readonly town: Town;
  readonly ledger: Ledger;
  readonly desk: DeskPeople;
  readonly hotline: HotlineReceiver;
  readonly disk: MortalDisk;
  readonly buttons: readonly WornButton[];
  readonly responders: readonly Person[];
  readonly tally: Tally;
  readonly fail: (what: string) => void;
}

const isUnproved = (alarm: Alarm): boolean => alarm.flags.some((flag) => UNPROVED.includes(flag));

/** The rules of the alarm lifecycle, held against everything that leaves and against every step. */
export class Rules implements ProcessWitness {
  readonly #parts: RulesParts;
  readonly #buttons: ReadonlyMap<string, WornButton>;
  readonly #roles: ReadonlyMap<string, string>;
  /** Keys that left in this run. */
  readonly #left = new Set<string>();
  /** Reports whose device was told *heard*. */
  readonly #toldHeard = new Set<string>();
  /** When somebody did not do what they had promised, by alarm. */
  readonly #overdue = new Map<string, number[]>();
  #hotlineWellSince = 0;

  constructor(parts: RulesParts) {
    this.#parts = parts;
    this.#buttons = new Map(parts.buttons.map((button) => [button.id, button]));
    this.#roles = new Map(parts.responders.map(({ id, role }) => [id, role]));
  }

  get #state(): State {
    return this.#parts.town.gateway!.app.state;
  }

  #require(holds: boolean, what: () => string): void {
    if (!holds) this.#parts.fail(what());
  }

  blamed(message: string): void {
    this.#parts.fail(`the gateway itself says: ${message}`);
  }

  /** A new run: keys may leave once more. */
  began(): void {
    this.#left.clear();
    this.#hotlineWellSince = this.#parts.town.world.now();
  }

  /** After the start: nothing that a wearer was told *heard* about is lost, and no alarm that is not closed. */
  booted(): void {
    const { ledger } = this.#parts;
    for (const key of this.#toldHeard)
      this.#require(ledger.presses.has(key) || ledger.tests.has(key), () => `${key} was told heard and is lost`);
    for (const [id, { isClosed }] of ledger.alarms)
      this.#require(isClosed || this.#state.alarms.get(id) !== undefined, () => `alarm ${id} is lost`);
  }

  told({ bridge, address, counter, say }: SayOrder): void {
    const device = deviceIdOf(bridge, address);
    if (say === "heard") return this.#toldHeardOf(device, counter);
    const alarms = this.#alarmsWith(device).filter(isUnresolved);
    const isTrue = alarms.some((alarm) =>
      say === "answered"
        ? alarm.owner !== null
        : alarm.offers.some(isOnTheWay) || alarm.arrivals.some(({ evidence }) => evidence === "staff"),
    );
    this.#require(isTrue, () => `${device} was told "${say}" and nobody is`);
  }

  #toldHeardOf(device: string, counter: number): void {
    const key = reportKey(device, counter);
    const kind = this.#buttons.get(device)?.kindOf(counter);
    if (this.#toldHeard.has(key) || kind === undefined) return;
    const { ledger } = this.#parts;
    if (PRESSES.has(kind)) {
      if (!this.#isFull(device)) this.#toldHeard.add(key);
      this.#require(this.#isKept(device, counter), () => `${key} (${kind}) was told heard and is in no alarm`);
    } else if (kind === "test" && ledger.tests.has(key)) this.#toldHeard.add(key);
  }

  #isKept(device: string, counter: number): boolean {
    if (this.#parts.ledger.presses.has(reportKey(device, counter)) || this.#isFull(device)) return true;
    return this.#alarmsWith(device).some(({ presses }) =>
      presses.some((press) => press.device === device && press.counter === counter),
    );
  }

  /** One alarm shows so many unproved presses of a device and no more. */
  #isFull(device: string): boolean {
    return this.#alarmsWith(device).some(
      ({ presses }) =>
        presses.filter((press) => press.unverified && press.device === device).length >= UNPROVED_PRESSES_MAX,
    );
  }

  #alarmsWith(device: string): Alarm[] {
    const subject = this.#state.enrolled.get(device)?.resident ?? device;
    return (this.#state.alarmsOf.get(subject) ?? []).map((id) => this.#state.alarms.get(id)!);
  }

  /** A broker may acknowledge: the report is in the journal or in the spill. */
  durable({ bridge, address, counter, kind, proof }: OnAir): void {
    const device = deviceIdOf(bridge, address);
    if (!PRESSES.has(kind) || proof !== "valid" || this.#isFull(device)) return;
    const { ledger, disk, town } = this.#parts;
    // A repeat can find the spill well again a moment before the first one reaches the journal.
    if (!town.gateway?.isSpillWell) return;
    const isSafe =
      ledger.presses.has(reportKey(device, counter)) ||
      disk.spill.some((text) => text.includes(device) && text.includes(`\\"counter\\":${counter},`));
    this.#require(isSafe, () => `${reportKey(device, counter)} was acknowledged and is on no disk`);
  }

  hotline(message: HotlineMessage): void {
    this.#once(message.key);
    const { alarm: id, event } = message;
    if (id === null)
      return this.#require(siteReportOf(this.#state, alarmOfKey(message.key)) !== null, () => `${event} of nothing`);
    const alarm = this.#state.alarms.get(id);
    if (!alarm) return this.#parts.fail(`the hotline was told ${event} of no alarm: ${id}`);
    this.#require(!isUnproved(alarm), () => `the hotline was told of ${id}, which nothing proves`);
    if (event === CANCEL_EVENT)
      return this.#require(this.#wasAsked("verify-cancel", id), () => `${id} was cancelled and nobody verified it`);
    this.#require(event === EVENT_OF_KIND[alarm.kind], () => `${id} is ${alarm.kind} and was reported as ${event}`);
    this.#require(!alarm.owner, () => `${id} was reported although ${alarm.owner?.name} has it`);
  }

  #wasAsked(act: string, alarm: string, by = ""): boolean {
    for (const asked of this.#parts.desk.asked) if (asked.startsWith(`${act} ${alarm} ${by}`)) return true;
    return false;
  }

  message(message: PersonMessage): void {
    this.#once(message.key);
    if (message.type === "offer") this.#offer(message);
  }

  #offer({ key, alarm: { id }, responder }: OfferMessage): void {
    const alarm = this.#state.alarms.get(id);
    if (!alarm) return this.#parts.fail(`${responder} was offered no alarm: ${id}`);
    const role = this.#roles.get(responder);
    const forStaffOnly = isUnproved(alarm) || alarm.kind === "service";
    this.#require(!forStaffOnly || role === "staff" || role === "operator", () => `${id} was offered to ${responder}`);
    this.#require(isUnresolved(alarm), () => `${id} is ${alarm.state} and was offered to ${responder}`);
    if (alarm.owner) this.#offeredWhileOwned(alarm, key, responder);
  }

  /** Only in place of somebody who did not arrive, or because nobody has verified a request to cancel. */
  #offeredWhileOwned(alarm: Alarm, key: string, responder: string): void {
    const at = alarm.deliveries.find((delivery) => delivery.key === key)?.queuedAt;
    this.#require(
      at !== undefined && (this.#overdue.get(alarm.id) ?? []).includes(at),
      () => `${key} offers ${alarm.id} to ${responder} although ${alarm.owner?.name} has it`,
    );
  }

  siren({ key }: SirenMessage): void {
    this.#once(key);
  }

  #once(key: string): void {
    this.#require(!this.#left.has(key), () => `${key} left twice in one run`);
    this.#left.add(key);
  }

  /** Called for each event when it is decided, before it is on any disk. */
  decided(event: DomainEvent): void {
    if (event.kind === "arrival-overdue" || event.kind === "cancel-overdue")
      this.#overdue.set(event.alarm, [...(this.#overdue.get(event.alarm) ?? []), event.at]);
    if (event.kind !== "clock-stepped") return;
    for (const [id, times] of this.#overdue)
      this.#overdue.set(
        id,
        times.map((at) => at + event.byMs),
      );
  }

  /** Called for each row of the journal once it is on disk. */
  noted(event: DomainEvent, facts: AlarmFacts | undefined): void {
    const { tally, town, hotline } = this.#parts;
    tally.events++;
    if (event.kind === "alarm-opened") {
      tally.alarms++;
      if (facts?.isUnproved) tally.unproved++;
    }
    if (event.kind === "alarm-opened" || event.kind === "press-appended") this.#noteOvertaken(event);
    if (event.kind === "alarm-resolved")
      this.#require(this.#wasAsked("resolve", event.alarm, event.by), () => `${event.alarm} ended without a person`);
    if (event.kind !== "alarm-taken" || !facts || facts.isUnproved || EVENT_OF_KIND[facts.kind] === null) return;
    const since = Math.max(facts.openedAt, this.#hotlineWellSince);
    const isOverdue = facts.takenAt === town.world.now() && town.world.now() - since > HOTLINE_WITHIN_MS;
    this.#require(!isOverdue || hotline.events.has(event.alarm), () => `the hotline never heard of ${event.alarm}`);
  }

  #noteOvertaken({ press }: Extract<DomainEvent, { kind: "alarm-opened" | "press-appended" }>): void {
    if (!press.unverified || press.counter === null || press.counter < 10) return;
    const button = this.#buttons.get(press.device);
    if (button?.kindOf(press.counter) === press.kind && !this.#toldHeard.has(reportKey(press.device, press.counter)))
      this.#parts.tally.overtaken++;
  }

  /** After every input and every timer. */
  afterStep(): void {
    const { town, hotline } = this.#parts;
    const { gateway } = town;
    if (hotline.mode !== "well" || !gateway?.isUp || !gateway.isJournalWell) this.#hotlineWellSince = town.world.now();
    if (!gateway?.isUp) return;
    const now = gateway.clock.now();
    let soonest = Infinity;
    for (const alarm of gateway.app.state.alarms.values()) {
      if (!isUnresolved(alarm)) continue;
      const { step, progress } = alarm.timers;
      this.#require((step ?? progress) !== undefined, () => `${alarm.id} is ${alarm.state} and waits for nothing`);
      const due = nextDue(alarm) ?? Infinity;
      // More was due at once than one turn takes: the rest runs in the next.
      this.#require(due >= now || gateway.clock.hasTimerAt(now), () => `${alarm.id} was due ${now - due} ms ago`);
      soonest = Math.min(soonest, due);
    }
    if (soonest < Infinity) this.#isPlanned(gateway, soonest, now);
    for (const test of gateway.app.state.tests.values())
      this.#require(test.result !== "running" || test.failAt >= now, () => `test ${test.id} has no end`);
    if (gateway.isJournalWell) this.#isQuiet(gateway);
  }

  #isPlanned({ app, clock }: GatewayProcess, due: number, now: number): void {
    const next = app.state.agenda.next();
    this.#require(next !== null && next <= due, () => `nothing is noted for an alarm that is due in ${due - now} ms`);
    if (next !== null)
      this.#require(clock.hasTimerAt(Math.max(next, now)), () => `no timer runs for what is due in ${next - now} ms`);
  }

  #isQuiet({ app, siren }: GatewayProcess): void {
    for (const id of siren.sounding.values()) {
      const alarm = app.state.alarms.get(id);
      this.#require(
        !!alarm && isUnresolved(alarm) && !alarm.owner,
        () => `the siren sounds for ${id}, which has a person`,
      );
    }
  }

  /** At the end of the day, after all faults have ended. */
  atEnd(): void {
    const { ledger, hotline, buttons } = this.#parts;
    for (const button of buttons) {
      // A sign of life may be under way at any moment.
      const waiting = button.waiting.filter((counter) => button.kindOf(counter) !== "heartbeat");
      this.#require(waiting.length === 0, () => `${button.id} was never told heard for ${waiting.join(", ")}`);
    }
    for (const [id, { kind, isUnproved: unproved, takenAt, resolvedBy, cancelVerifiedBy }] of ledger.alarms) {
      this.#require(resolvedBy !== null, () => `${id} is not resolved`);
      const events = hotline.events.get(id) ?? [];
      if (unproved || kind === "service") this.#require(events.length === 0, () => `the hotline has ${id}`);
      else this.#require(events.length > 0 || takenAt !== null, () => `${id} reached neither the hotline nor a person`);
      const isReported = events.some((event) => event !== CANCEL_EVENT);
      this.#require(
        !(isReported && cancelVerifiedBy !== null) || events.includes(CANCEL_EVENT),
        () => `the hotline was never told that ${id} was cancelled by ${cancelVerifiedBy}`,
      );
    }
  }
}
