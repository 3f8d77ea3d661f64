import type { SeededRandom } from "../../firmware-sim/random.ts";
import type { ReportKind } from "../../gateway/core/kinds.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { between, type Tally, type Town } from "./town.ts";
import type { WornButton } from "./worn-button.ts";

/** What is pressed, and how often out of a hundred. */
const KINDS: readonly (readonly [ReportKind, number])[] = [
  ["emergency", 62],
  ["fall", 13],
  ["service", 14],
  ["inactivity", 5],
  ["other", 4],
  ["tamper", 2],
];
const DAY_MS = hours(24);

/** The wearers: they press, press again when nobody comes, and sometimes want it undone. A technician tests. */
export class Wearers {
  readonly #town: Town;
  readonly #chance: SeededRandom;
  readonly #buttons: readonly WornButton[];
  readonly #tally: Tally;
  readonly #pressesADay: number;

  constructor(town: Town, chance: SeededRandom, buttons: readonly WornButton[], tally: Tally, pressesADay: number) {
    this.#town = town;
    this.#chance = chance;
    this.#buttons = buttons;
    this.#tally = tally;
    this.#pressesADay = pressesADay;
  }

  start(): void {
    for (const button of this.#buttons)
      this.#town.world.after(between(this.#chance, 0, hours(1)), () => button.startHeartbeats(hours(1)));
    this.#again(this.#pressesADay, () => this.#press());
    this.#again(this.#pressesADay / 10, () => this.#test());
  }

  /** Everybody on one line presses within seconds: the light went out in the stairs. */
  pressTogether(count: number): void {
    for (let one = 0; one < count; one++) {
      const button = this.#chance.pick(this.#buttons);
      this.#town.world.after(between(this.#chance, 0, seconds(5)), () => this.#report(button, "emergency"));
    }
  }

  #again(timesADay: number, run: () => void): void {
    this.#town.world.after(between(this.#chance, 0, (2 * DAY_MS) / timesADay), () => {
      if (!this.#town.isEvening) run();
      this.#again(timesADay, run);
    });
  }

  #press(): void {
    const button = this.#chance.pick(this.#buttons);
    this.#report(button, this.#kind());
    const more = this.#chance.chance(0.3) ? 1 + this.#chance.integer(4) : 0;
    let afterMs = 0;
    for (let time = 0; time < more; time++) {
      afterMs += between(this.#chance, seconds(3), seconds(120));
      this.#town.world.after(afterMs, () => this.#report(button, "emergency"));
    }
    if (!this.#chance.chance(0.15)) return;
    this.#town.world.after(afterMs + between(this.#chance, seconds(5), seconds(90)), () => button.report("cancel"));
  }

  #kind(): ReportKind {
    let left = this.#chance.integer(100);
    for (const [kind, share] of KINDS) if ((left -= share) < 0) return kind;
    return "emergency";
  }

  #report(button: WornButton, kind: ReportKind): void {
    if (kind !== "tamper") this.#tally.presses++;
    button.report(kind);
  }

  #test(): void {
    this.#tally.tests++;
    this.#chance.pick(this.#buttons).report("test");
    if (this.#chance.chance(0.2)) this.#town.world.after(minutes(1), () => this.#test());
  }
}
