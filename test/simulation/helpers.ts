import type { SeededRandom } from "../../firmware-sim/random.ts";
import type { Actor } from "../../gateway/core/directory.ts";
import type { Answer } from "../../gateway/core/kinds.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import type { OfferMessage } from "../../gateway/ports/channel.ts";
import type { Person } from "./settlement.ts";
import { between, type Town } from "./town.ts";

/** Somebody whose phone cannot reach the gateway tries again this often, then lets it be. */
const TRIES_MAX = 10;

/** Volunteers, relatives and staff with their phones: they come, refuse, do not look, change their minds, get lost. */
export class Helpers {
  readonly #town: Town;
  readonly #chance: SeededRandom;
  readonly #people: ReadonlyMap<string, Person>;
  /** A member of staff who has accepted goes on with the alarm as at the desk. */
  readonly #handOver: (alarm: string, by: Actor) => void;

  constructor(
    town: Town,
    chance: SeededRandom,
    people: readonly Person[],
    handOver: (alarm: string, by: Actor) => void,
  ) {
    this.#town = town;
    this.#chance = chance;
    this.#people = new Map(people.map((person) => [person.id, person]));
    this.#handOver = handOver;
  }

  /** A message lights up on somebody's phone. */
  shown(message: OfferMessage): void {
    if (message.type !== "offer") return;
    const lookMs = between(this.#chance, seconds(3), seconds(90));
    const mood = this.#chance.next();
    if (mood < 0.35) return;
    this.#later(lookMs, () => this.#answer(message, "seen"));
    if (mood < 0.45) return;
    const decideMs = lookMs + between(this.#chance, seconds(2), seconds(60));
    if (mood < 0.65) return this.#later(decideMs, () => this.#answer(message, "decline"));
    this.#later(decideMs, () => this.#answer(message, "accept", 1, () => this.#accepted(message)));
  }

  #accepted(message: OfferMessage): void {
    const person = this.#people.get(message.responder)!;
    if (person.role === "staff" || person.role === "operator") {
      if (this.#chance.chance(0.7)) this.#handOver(message.alarm.id, { name: person.name, role: person.role });
      if (this.#chance.chance(0.5)) return;
    }
    const mood = this.#chance.next();
    // Some never arrive and never say so.
    if (mood < 0.15) return;
    if (mood < 0.27)
      return this.#later(between(this.#chance, seconds(10), minutes(5)), () => this.#answer(message, "decline"));
    if (mood < 0.7) this.#later(between(this.#chance, seconds(5), seconds(60)), () => this.#answer(message, "enroute"));
    const arriveMs = between(this.#chance, minutes(1), minutes(12));
    this.#later(arriveMs, () => this.#answer(message, "arrive"));
    if (mood < 0.95)
      this.#later(arriveMs + between(this.#chance, minutes(2), minutes(20)), () => this.#answer(message, "done"));
  }

  #answer(message: OfferMessage, answer: Answer, tried = 1, then: () => void = () => undefined): void {
    const { id: offer, version } = message.offer;
    const isAsked = this.#town.ask({ type: "answer", offer, version, answer }, (reply) => {
      if (reply.ok) then();
    });
    if (!isAsked && tried < TRIES_MAX) this.#later(seconds(20), () => this.#answer(message, answer, tried + 1, then));
  }

  #later(afterMs: number, run: () => void): void {
    this.#town.world.after(afterMs, run);
  }
}
