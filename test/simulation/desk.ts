import type { SeededRandom } from "../../firmware-sim/random.ts";
import { isUnresolved, type Alarm } from "../../gateway/core/alarm.ts";
import type { Actor } from "../../gateway/core/directory.ts";
import type { ActName, Reply } from "../../gateway/core/input.ts";
import { OUTCOMES } from "../../gateway/core/kinds.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { between, type Town } from "./town.ts";

const SUPERVISOR: Actor = { name: "主管", role: "supervisor" };
const WORKERS: readonly Actor[] = [
  { name: "值班甲", role: "operator" },
  { name: "值班乙", role: "staff" },
  { name: "值班丙", role: "staff" },
];
/** Somebody whose act was refused as stale looks again this often. */
const LOOKS_MAX = 5;

/** Well within what the proof of a page is good for. */
const PROVE_EVERY_MS = seconds(12);

/** The people at the desk. They take alarms, forget some, hand some back, and enter an outcome for each in the end. */
export class DeskPeople {
  /** What was asked for, as `resolve <alarm> <name>`: nothing else may end an alarm. */
  readonly asked = new Set<string>();
  /** False: the page is closed, or the computer sleeps. */
  isAwake = true;
  readonly #town: Town;
  readonly #chance: SeededRandom;
  readonly #blame: (what: string) => void;
  readonly #closing = new Set<string>();

  constructor(town: Town, chance: SeededRandom, blame: (what: string) => void) {
    this.#town = town;
    this.#chance = chance;
    this.#blame = blame;
  }

  start(): void {
    this.#prove();
    for (const worker of WORKERS) this.#look(worker);
    this.#review();
  }

  #prove(): void {
    const { world, gateway } = this.#town;
    world.after(PROVE_EVERY_MS, () => this.#prove());
    if (this.isAwake && gateway?.isUp) gateway.deskWatch.note({ page: "desk", sound: "on", visible: true });
  }

  #look(worker: Actor): void {
    const { world, isEvening } = this.#town;
    world.after(between(this.#chance, seconds(15), isEvening ? seconds(20) : seconds(150)), () => this.#look(worker));
    const alarm = this.#pick(worker);
    if (!alarm || !(this.#town.isEvening || this.#chance.chance(0.6))) return;
    this.#act("take", alarm.id, worker, () => this.work(alarm.id, worker));
  }

  #pick(worker: Actor): Alarm | undefined {
    const open = [...(this.#town.gateway?.app.state.alarms.values() ?? [])].filter(isUnresolved);
    return open
      .filter(({ owner }) => !owner || owner.name === worker.name || this.#town.isEvening)
      .sort((a, b) => a.priority - b.priority || a.openedAt - b.openedAt)[0];
  }

  /** What somebody does with an alarm that is theirs. */
  work(alarm: string, by: Actor): void {
    const mood = this.#town.isEvening ? 1 : this.#chance.next();
    // Forgotten over something else: without progress the gateway must call again.
    if (mood < 0.1) return;
    if (mood < 0.18) return this.#later(seconds(20), minutes(3), () => this.#act("release", alarm, by));
    if (mood < 0.4) this.#later(seconds(10), minutes(4), () => this.#act("note", alarm, by));
    if (mood < 0.55) this.#later(minutes(1), minutes(6), () => this.#act("arrive", alarm, by));
    this.#later(seconds(30), minutes(this.#town.isEvening ? 1 : 14), () => this.#finish(alarm, by));
  }

  #finish(alarm: string, by: Actor): void {
    const known = this.#alarm(alarm);
    if (!known || !isUnresolved(known)) return;
    // Somebody else has it by now.
    if (known.owner && known.owner.name !== by.name && !this.#town.isEvening) return;
    if (known.cancel && !known.cancel.verifiedBy)
      return this.#act("verify-cancel", alarm, by, () =>
        this.#later(seconds(10), minutes(2), () => this.#act("resolve", alarm, by)),
      );
    this.#act("resolve", alarm, by);
  }

  /** The supervisor closes what is resolved: some the same hour, some only after the reminder. */
  #review(): void {
    this.#town.world.after(minutes(10), () => this.#review());
    for (const { id, state } of this.#town.gateway?.app.state.alarms.values() ?? []) {
      if (state !== "resolved" || this.#closing.has(id)) continue;
      this.#closing.add(id);
      const isSoon = this.#chance.chance(0.7);
      this.#later(minutes(1), isSoon ? hours(2) : hours(30), () => {
        this.#closing.delete(id);
        this.#act("close", id, SUPERVISOR);
      });
    }
  }

  #act(act: ActName, alarm: string, by: Actor, then: () => void = () => undefined, looked = 1): void {
    const known = this.#alarm(alarm);
    if (!known) return;
    // A page that was opened a while ago.
    const version = known.version - (this.#chance.chance(0.05) ? 1 : 0);
    const input = {
      type: "act" as const,
      act,
      alarm,
      version,
      by,
      ...(act === "note" && { text: `第 ${looked} 次电话无人接听` }),
      ...(act === "resolve" && { outcome: this.#chance.pick(OUTCOMES) }),
    };
    this.asked.add(`${act} ${alarm} ${by.name}`);
    this.#town.ask(input, (reply) => {
      if (!reply.ok && reply.code === "stale" && looked < LOOKS_MAX)
        this.#later(seconds(1), seconds(10), () => this.#act(act, alarm, by, then, looked + 1));
      if (!reply.ok) return;
      then();
    });
    if (version === known.version && this.#chance.chance(0.1))
      this.#town.ask(input, (reply) => this.#twice(act, alarm, reply));
  }

  /** The second click came with the first: it must find everything as the first has left it. */
  #twice(act: ActName, alarm: string, reply: Reply): void {
    const isSame = reply.ok ? !reply.changed : reply.code === "not-now";
    if (!isSame) this.#blame(`alarm ${alarm}: the second ${act} of the same person did something`);
  }

  #alarm(id: string): Alarm | undefined {
    return this.#town.gateway?.app.state.alarms.get(id);
  }

  #later(fromMs: number, toMs: number, run: () => void): void {
    this.#town.world.after(between(this.#chance, fromMs, toMs), run);
  }
}
