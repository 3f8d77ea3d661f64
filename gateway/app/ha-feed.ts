import type { Enrolled } from "../core/directory.ts";
import type { State } from "../core/state.ts";
import { wayOf } from "../core/supervision.ts";
import { seconds, type EpochMs } from "../core/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { StoredEvent } from "../ports/journal.ts";
import type { Meter } from "../ports/log.ts";
import type { Announcer } from "../ports/radio.ts";
import * as ha from "./ha-entities.ts";

/** Each device is published at most once in this time; what changed meanwhile comes as one message. */
const DEVICE_EVERY_MS = seconds(1);
/** Devices in one turn, and the time to the next turn: a press can always come between. */
const DEVICES_AT_ONCE_MAX = 10;
const TURN_MS = 100;
/** Devices that Home Assistant is told of; those beyond are left out, and counted. */
export const DEVICES_MAX = 2_000;

export interface HaFeedParts {
  readonly state: () => State;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly announcer: Announcer;
  readonly site: ha.HaSite;
}

/** What was published of one device: nothing is said twice. */
interface Told {
  readonly device: string;
  readonly state: string;
  readonly at: EpochMs;
}

/**
 * Devices and the gateway's health in Home Assistant, as they are now. Only what is committed is told. Nothing here is
 * needed for an alarm to reach anybody, and nothing comes back: Home Assistant reads.
 */
export class HaFeed {
  readonly #parts: HaFeedParts;
  readonly #waiting = new Set<string>();
  readonly #told = new Map<string, Told>();
  #timer: Timer | null = null;
  #stopped = false;

  constructor(parts: HaFeedParts) {
    this.#parts = parts;
    // A broker that was away, or is another one, knows nothing of before.
    parts.announcer.onReady(() => this.announceAll());
  }

  /** Everything anew: at the start, and whenever Home Assistant says that it has come up. */
  announceAll(): void {
    if (this.#stopped) return;
    const { announcer, site } = this.#parts;
    announcer.announce(ha.availabilityTopic(site), "online");
    this.#told.clear();
    this.#waiting.add(ha.GATEWAY);
    this.#wantAll();
    this.#plan();
  }

  /** To be called with every commit, in order. */
  note(events: readonly StoredEvent[]): void {
    for (const { event } of events) this.#noteEvent(event);
    this.#plan();
  }

  /** The last that is said of this gateway, while the broker still takes it. */
  stop(): void {
    this.#timer?.cancel();
    if (this.#stopped) return;
    this.#stopped = true;
    this.#parts.announcer.announce(ha.availabilityTopic(this.#parts.site), "offline");
  }

  #noteEvent(event: StoredEvent["event"]): void {
    const { kind, device, alarm, key, id } = event as Readonly<Record<string, unknown>>;
    const { alarms, enrolled } = this.#parts.state();
    if (typeof device === "string") this.#want(device);
    if (kind === "device-saved" && typeof id === "string") this.#want(id);
    if (typeof alarm === "string") {
      const known = alarms.get(alarm);
      if (known) for (const press of known.presses) this.#want(press.device);
      else this.#wantAll();
      this.#waiting.add(ha.GATEWAY);
    }
    if (typeof key === "string" && (kind === "fault-raised" || kind === "fault-cleared")) {
      this.#want(key.slice(key.indexOf(":") + 1));
      this.#waiting.add(ha.GATEWAY);
      if (wayOf(key)) this.#wantAll();
    }
    if (kind === "resident-saved" || kind === "clock-stepped" || kind === "devices-unheard") this.#wantAll();
    if (kind === "alarm-opened" && typeof device === "string" && enrolled.get(device)?.standing === "in-use")
      this.#tellCall(device, String(event["alarmKind"]));
  }

  /** A call is an event: told when it happens, and never kept, so that nobody hears an old one as new. */
  #tellCall(device: string, kind: string): void {
    const { announcer, site } = this.#parts;
    announcer.tell(ha.callTopic(site, ha.slugOf(device)), JSON.stringify({ event_type: kind }));
  }

  #want(device: string): void {
    const { state, meter } = this.#parts;
    if (!state().enrolled.get(device)) return;
    if (this.#waiting.size <= DEVICES_MAX) this.#waiting.add(device);
    else meter.count("okc_ha_dropped_total");
  }

  #wantAll(): void {
    for (const { id } of this.#parts.state().enrolled.values()) this.#want(id);
  }

  #plan(): void {
    if (this.#stopped || this.#waiting.size === 0) return;
    this.#timer ??= this.#parts.clock.after(TURN_MS, () => this.#turn());
  }

  #turn(): void {
    this.#timer = null;
    const now = this.#parts.clock.now();
    let left = DEVICES_AT_ONCE_MAX;
    for (const device of this.#waiting) {
      if (left === 0) break;
      const at = this.#told.get(device)?.at;
      if (at !== undefined && now >= at && now - at < DEVICE_EVERY_MS) continue;
      this.#waiting.delete(device);
      this.#tell(device, now);
      left--;
    }
    this.#plan();
  }

  #tell(device: string, now: EpochMs): void {
    const { state: read, site } = this.#parts;
    const state = read();
    if (device === ha.GATEWAY)
      return this.#publish(device, ha.GATEWAY, ha.gatewayBlock(site), ha.gatewayState(state, site), now);
    const enrolled = state.enrolled.get(device);
    if (!enrolled) return;
    if (enrolled.standing === "retired") return this.#remove(enrolled, now);
    if (!this.#told.has(device) && this.#told.size > DEVICES_MAX) return;
    const block = ha.deviceBlock(site, state, enrolled);
    this.#publish(device, ha.slugOf(device), block, ha.deviceState(state, enrolled, now), now);
  }

  #publish(id: string, slug: string, block: object, text: string, now: EpochMs): void {
    const { announcer, site } = this.#parts;
    const before = this.#told.get(id);
    const device = JSON.stringify(block);
    if (before?.device !== device) for (const one of ha.configsOf(site, slug, block)) this.#announce(one);
    if (before?.state !== text) announcer.announce(ha.stateTopic(site, slug), text);
    this.#told.set(id, { device, state: text, at: now });
    this.#parts.meter.count("okc_ha_messages_total");
  }

  /** Also when this gateway never announced it: an earlier life may have. */
  #remove({ id }: Enrolled, now: EpochMs): void {
    if (this.#told.get(id)?.device === "") return;
    for (const one of ha.removalOf(this.#parts.site, ha.slugOf(id))) this.#announce(one);
    this.#told.set(id, { device: "", state: "", at: now });
  }

  #announce({ topic, text }: ha.HaMessage): void {
    this.#parts.announcer.announce(topic, text);
  }
}
