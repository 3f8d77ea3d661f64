import type { Json } from "../lines.ts";
import type { Note, Part } from "../parts.ts";
import { SeededRandom } from "../random.ts";
import type { SimFile } from "../sim-file.ts";
import { SimModem } from "./modem.ts";
import type { ModemFaults } from "./modem-faults.ts";
import { NO_MODEM_FAULTS } from "./modem-faults.ts";

/** The last texts that a request shows. */
const TEXTS_MAX = 50;

/**
 * A GSM modem and the telephones that its network reaches: `{"modem":{"from":"+86…","text":"1 57"}}` writes to it,
 * `{"modem":{"faults":{"registration":2}}}` sets faults, `{"modem":{"unplug":true}}`, `replug` and `reset` as they say;
 * every request is answered with what the telephones show.
 */
export async function startModem({ modem: sim, seed }: SimFile, _simFile: string, note: Note): Promise<Part> {
  const modem = new SimModem({ link: sim.link, number: sim.number, random: new SeededRandom(seed) });
  const shown: { readonly number: string; readonly text: string }[] = [];
  modem.network.on("text", (text) => {
    shown.push(text);
    if (shown.length > TEXTS_MAX) shown.shift();
    note(`短信 SMS ${sim.names[text.number] ?? text.number}: ${text.text}`);
  });
  modem.network.on("call", ({ number }) => note(`来电 call ${sim.names[number] ?? number}`));
  await modem.start();
  return {
    async handle(request) {
      await change(modem, (request["modem"] ?? {}) as Json);
      return { texts: shown, faults: modem.faults };
    },
    stop: () => modem.stop(),
  };
}

async function change(modem: SimModem, request: Json): Promise<void> {
  const { from, text, faults } = request;
  if (typeof from === "string" && typeof text === "string") modem.network.write(from, modem.number, text);
  if (request["unplug"] === true) await modem.unplug();
  if (request["replug"] === true) await modem.replug();
  if (request["reset"] === true) modem.reset();
  if (typeof faults !== "object" || faults === null) return;
  for (const name of Object.keys(faults))
    if (!(name in NO_MODEM_FAULTS))
      throw new Error(`faults: ${name} is none of ${Object.keys(NO_MODEM_FAULTS).join(", ")}`);
  Object.assign(modem.faults, faults as Partial<ModemFaults>);
}
