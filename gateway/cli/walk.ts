import { createInterface } from "node:readline";
import { SystemClock } from "../adapters/clock/system-clock.ts";
import { inBoth } from "../core/chinese.ts";
import { RANGE_WORDS } from "../core/device-words.ts";
import {
  judgeWalk,
  type PlaceMeasured,
  type RangeResult,
  type WalkHearing,
  type WeakBelow,
} from "../core/range-walk.ts";
import { seconds } from "../core/units.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import { actOn, endTestMode, minutesOf } from "./devices.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { print, printJson, table } from "./print.ts";
import { wrongUse } from "./usage.ts";

/** Copies of the last press may follow for so long. */
const COPIES_MS = seconds(4);

/** Measures how a device is heard from place to place, and says which place is the weakest. */
export async function walk(typed: Typed): Promise<number> {
  const [id = ""] = takeWords(typed, 1, 1, "places", "minutes", "stop");
  const { places, minutes, stop, json } = typed.options;
  if (!("url" in typed.options)) takeOption(typed, "as");
  if (stop === true && minutes !== undefined) throw wrongUse("--stop and --minutes do not go together", "walk");
  const client = await connect(typed, "refuse");
  try {
    if (stop === true) return await endTestMode(client, id, json === true);
    const names = typeof places === "string" ? places.split(/[,，、]/).map((one) => one.trim()) : [];
    const body = minutes === undefined ? {} : { minutes: minutesOf(minutes) };
    return await new WalkAlong(
      client,
      names.filter((one) => one !== ""),
      json === true,
    ).run(id, body);
  } finally {
    await client.close();
  }
}

interface Measured {
  readonly weakBelow: WeakBelow | null;
  readonly presses: readonly { readonly number: number; readonly heard: readonly WalkHearing[] }[];
}

interface Happened {
  readonly kind: string;
  readonly device?: string;
  readonly why?: string;
  readonly alarm?: string;
}

/** One walk: places by name in turn, or as somebody types them; an empty line says that a place was not heard. */
class WalkAlong {
  readonly #client: GatewayClient;
  readonly #waiting: string[];
  readonly #isListed: boolean;
  readonly #json: boolean;
  readonly #rows: { readonly place: string; readonly press: number | null }[] = [];
  #device = "";
  #presses = 0;
  #ended: string | null = null;
  #alarm: string | null = null;

  constructor(client: GatewayClient, places: readonly string[], json: boolean) {
    this.#client = client;
    this.#waiting = [...places];
    this.#isListed = places.length > 0;
    this.#json = json;
  }

  async run(id: string, body: object): Promise<number> {
    const stream = this.#client.follow("/api/stream")[Symbol.asyncIterator]();
    await stream.next();
    const { device } = await actOn(this.#client, id, "walk", body);
    this.#device = device.id;
    this.#say(
      inBoth(`${device.id}: press it once in each place, more than 20 s apart; two presses within 20 s are real`),
    );
    this.#sayNext();
    const typing = createInterface({ input: process.stdin });
    typing.on("line", (line) => void this.#type(line.trim()));
    while (this.#ended === null) {
      const { value, done } = await stream.next();
      if (done === true) break;
      if (value.startsWith("data:")) await this.#take(JSON.parse(value.slice("data:".length)) as Happened);
    }
    typing.close();
    await stream.return?.();
    return this.#conclude();
  }

  #say(text: string): void {
    if (!this.#json) print(text);
  }

  #sayNext(): void {
    const [next] = this.#waiting;
    if (next !== undefined) this.#say(inBoth(`now press it in ${next}; an empty line if it is not heard`));
  }

  /** A name is the place of the next press; nothing says that the press in this place was not heard. */
  async #type(name: string): Promise<void> {
    if (name !== "") this.#waiting.unshift(name);
    else if (this.#waiting.length > 0) {
      this.#rows.push({ place: this.#waiting.shift()!, press: null });
      await this.#goOn();
    }
  }

  async #take({ kind, device, why = "", alarm }: Happened): Promise<void> {
    if (device !== this.#device) return;
    if (kind === "test-mode-ended") this.#ended = why;
    if (kind === "alarm-opened" && alarm !== undefined) {
      this.#alarm = alarm;
      this.#say(inBoth(`REAL: alarm ${alarm} was opened`));
    }
    if (kind !== "test-pressed") return;
    const press = ++this.#presses;
    const place = this.#waiting.shift() ?? `#${press}`;
    this.#rows.push({ place, press });
    const { presses } = await this.#measured();
    const heard = presses.find(({ number }) => number === press)?.heard ?? [];
    this.#say(`${press}  ${place}  ${heard.map(signalOf).join("; ")}`);
    await this.#goOn();
  }

  /** All places of the list were visited: that ends the walk. */
  async #goOn(): Promise<void> {
    if (!this.#isListed || this.#waiting.length > 0) return this.#sayNext();
    await new Promise<void>((again) => void new SystemClock().after(COPIES_MS, again));
    await actOn(this.#client, this.#device, "end-test");
  }

  async #measured(): Promise<Measured> {
    const path = `/api/devices/${encodeURIComponent(this.#device)}/walk`;
    const { walk: measured } = await ask<{ walk: Measured | null }>(this.#client, { method: "GET", path });
    return measured ?? { weakBelow: null, presses: [] };
  }

  async #conclude(): Promise<number> {
    const { presses, weakBelow } = await this.#measured();
    const result = judgeWalk(
      this.#rows.map((row) => ({ ...row, heard: presses.find(({ number }) => number === row.press)?.heard ?? [] })),
      weakBelow,
    );
    const { places, weakest, basis, verdict } = result;
    if (this.#json) printJson({ device: this.#device, ended: this.#ended, alarm: this.#alarm, weakBelow, ...result });
    else {
      print(table(COLUMNS, places.map(rowOf)));
      for (const line of conclusions({ places, weakest, basis, verdict }, weakBelow)) print(line);
    }
    return this.#alarm === null && places.length > 0 && verdict !== "weak" && verdict !== "not-heard" ? 0 : 1;
  }
}

const COLUMNS = ["place", "press", "strength", "copies", "receivers", "verdict"] as const;

const signalOf = ({ rssiDbm, linkQuality }: Pick<PlaceMeasured, "rssiDbm" | "linkQuality">): string =>
  [rssiDbm === null ? "" : `${rssiDbm} dBm`, linkQuality === null ? "" : `LQI ${linkQuality}`]
    .filter((one) => one !== "")
    .join(", ") || "-";

const rowOf = (one: PlaceMeasured): string[] => [
  one.place,
  one.press === null ? "-" : String(one.press),
  signalOf(one),
  String(one.copies),
  one.lines.join(", ") || "-",
  RANGE_WORDS[one.verdict].join(" "),
];

function conclusions({ places, weakest, basis, verdict }: RangeResult, weakBelow: WeakBelow | null): string[] {
  if (places.length === 0) return [inBoth("nothing was measured: no press was heard")];
  const [chinese, english] = RANGE_WORDS[verdict];
  const lines = [`结论：${chinese}\nverdict: ${english}`];
  if (basis === "copies") lines.push(inBoth("the bridge does not say how strongly it hears: copies are compared"));
  else if (weakBelow === null) lines.push(inBoth("how strong is strong enough is not known for this kind of device"));
  if (weakest !== null) lines.push(inBoth(`the weakest place is ${weakest}`));
  return lines;
}
