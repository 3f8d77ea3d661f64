import assert from "node:assert/strict";
import mqtt, { type MqttClient } from "mqtt";
import { slipEncode } from "../../firmware-sim/slip.ts";
import { encodeReport, type ButtonKind } from "../../firmware-sim/wire.ts";
import type { Fault } from "../../gateway/core/state.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { StoredEvent } from "../../gateway/ports/journal.ts";
import type { Home } from "./home.ts";
import type { LogLine } from "./recording-sink.ts";
import { until } from "./until.ts";

const NEAREST = ["v-1", "v-2", "v-3"];

/** Hotline and the nearest volunteers got this resident's emergency. `zone` says who pressed: `001` is r-1. */
export async function expectHelpCalled(home: Home, zone: string, nearest = NEAREST): Promise<void> {
  assert.equal((await home.expectHotline("101")).zone, zone);
  for (const volunteer of nearest) await home.expectOffer(volunteer);
}

/** One emergency frame of a pendant as it stands on the wire, made with the right key unless another is given. */
export function frameOf(
  home: Home,
  id: string,
  counter: number,
  more: { kind?: ButtonKind; ageMs?: number; key?: Uint8Array } = {},
): Buffer {
  const { kind = "emergency", ageMs = 0, key = home.key(id) } = more;
  return slipEncode(encodeReport({ id: Number.parseInt(id, 16), counter, kind, batteryPct: 90, ageMs }, key));
}

export const faultsOf = (home: Home): readonly Fault[] => [...home.running!.site.app.state.faults.values()];

export const faultOf = (home: Home, key: string): Fault | undefined => faultsOf(home).find((one) => one.key === key);

export const expectFault = (home: Home, key: string): Promise<Fault> => until(`fault ${key}`, () => faultOf(home, key));

export const expectFaultOver = (home: Home, key: string): Promise<true> =>
  until(`the end of fault ${key}`, () => faultOf(home, key) === undefined);

/** The fault row of the serial line. */
export const lineOf = (home: Home): string => `line:serial:${home.dongle.link}`;

/** What `/metrics` says of a counter; series whose labels contain all of `labels` are added up. */
export async function counted(
  home: Home,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return (await home.running!.site.office.metrics())
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

/** Waits until a counter stands at `atLeast`. */
export async function expectCounted(
  home: Home,
  name: string,
  labels: Readonly<Record<string, string>> = {},
  atLeast = 1,
): Promise<void> {
  let now = 0;
  const look = async (): Promise<void> => void (now = await counted(home, name, labels));
  await until(`${name} to be at least ${atLeast}`, () => (void look(), now >= atLeast));
}

/** Warnings and errors whose text contains this. */
export const linesAbout = (home: Home, text: string): readonly LogLine[] =>
  home.log.lines.filter(({ level, message }) => level !== "info" && message.includes(text));

/** Everything that is in the journal on disk, in order. */
export const journaled = (home: Home): Promise<readonly StoredEvent[]> =>
  home.running!.site.journal.readAfter(0, 100_000);

/** How often each kind of event stands in the journal. */
export async function journaledKinds(home: Home): Promise<Readonly<Record<string, number>>> {
  const kinds: Record<string, number> = {};
  for (const { event } of await journaled(home)) kinds[event.kind] = (kinds[event.kind] ?? 0) + 1;
  return kinds;
}

/** Puts the plug back; the gateway tries the port every second. */
export async function replug(home: Home): Promise<void> {
  await home.dongle.replug();
  for (let tries = 0; tries < 10 && !home.dongle.isOpen; tries++) await home.forward(seconds(1));
  await until("the serial port to be opened again", () => home.dongle.isOpen);
}

/** A hand-made MQTT client on the account of a device; it ends with the story. */
export async function connectAs(home: Home, user: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(home.mqttUrl, {
    clientId: `hand-${user}-${home.closing.length}`,
    username: user,
    password: home.password(user),
    reconnectPeriod: 0,
  });
  client.on("error", () => undefined);
  home.closing.push(() => client.endAsync(true));
  return client;
}

/** A report as a pendant on MQTT writes it. */
export const payloadOf = (ctr: number, more: { kind?: string; ageMs?: number } = {}): string =>
  JSON.stringify({ v: 1, kind: "emergency", ctr, ageMs: 0, bat: 87, ...more });
