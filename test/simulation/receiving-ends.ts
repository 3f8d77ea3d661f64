import type { SeededRandom } from "../../firmware-sim/random.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { HotlineMessage, OfferMessage, PersonMessage, SirenMessage } from "../../gateway/ports/channel.ts";
import type { OtherSide, Taken } from "./memory-channel.ts";

/** `mute`: it takes the report and its reply is lost. */
export type EndMode = "well" | "slow" | "silent" | "mute";

const UNREACHABLE: Taken = { fate: "unreachable" };

/** The hotline's receiver: keeps what it got of alarms, by alarm. */
export class HotlineReceiver implements OtherSide<HotlineMessage> {
  mode: EndMode = "well";
  count = 0;
  /** Events that arrived, by alarm, in order: `101`, `101/6`, `406`. */
  readonly events = new Map<string, string[]>();
  readonly #chance: SeededRandom;
  readonly #keys = new Set<string>();

  constructor(chance: SeededRandom) {
    this.#chance = chance;
  }

  take({ key, alarm, event, qualifier }: HotlineMessage): Taken {
    if (this.mode === "silent") return UNREACHABLE;
    if (!this.#keys.has(key)) {
      this.#keys.add(key);
      this.count++;
      if (alarm !== null) this.#keep(alarm, qualifier === 1 ? event : `${event}/${qualifier}`);
    }
    if (this.mode === "mute") return UNREACHABLE;
    const replyMs = this.mode === "slow" ? seconds(15 + this.#chance.integer(45)) : 50 + this.#chance.integer(900);
    return { fate: "taken", proves: "received", replyMs };
  }

  #keep(alarm: string, event: string): void {
    this.events.set(alarm, [...(this.events.get(alarm) ?? []), event]);
  }

  end(): void {}
}

/** Everybody's phone behind one webhook. The same key again is shown once. */
export class Phones implements OtherSide<PersonMessage> {
  mode: EndMode = "well";
  count = 0;
  /** Called for each message that a person sees for the first time. */
  shown: (message: OfferMessage) => void = () => undefined;
  readonly #chance: SeededRandom;
  readonly #keys = new Set<string>();

  constructor(chance: SeededRandom) {
    this.#chance = chance;
  }

  take(message: PersonMessage): Taken {
    if (this.mode === "silent") return UNREACHABLE;
    if (!this.#keys.has(message.key)) {
      // Somebody changed their number: the service refuses it for good.
      if (message.type === "offer" && this.#chance.chance(0.02)) return { fate: "refused" };
      this.#keys.add(message.key);
      this.count++;
      // Notices and tests of contacts are read, and nobody answers them.
      if (message.type === "offer" || message.type === "withdrawn") this.shown(message);
    }
    if (this.mode === "mute") return UNREACHABLE;
    const replyMs = this.mode === "slow" ? seconds(5 + this.#chance.integer(20)) : 30 + this.#chance.integer(300);
    return { fate: "taken", proves: "sent", replyMs };
  }

  end(): void {}
}

/** The gateway's own siren: a child of its process, silent when that dies. */
export class MemorySiren implements OtherSide<SirenMessage> {
  readonly sounding = new Map<string, string>();

  take({ key, alarm }: SirenMessage): Taken {
    this.sounding.set(key, alarm);
    return { fate: "taken", proves: "sent", replyMs: 10 };
  }

  end(key: string): void {
    this.sounding.delete(key);
  }
}
