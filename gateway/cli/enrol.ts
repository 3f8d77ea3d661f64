import { qrForTerminal } from "../adapters/qr/qr-codes.ts";
import { inBoth } from "../core/chinese.ts";
import type { DeviceView, viewWindow } from "../core/device-view.ts";
import { GatewayError } from "../core/errors.ts";
import { LEARN_NOTE_WORDS, LEARN_WORDS } from "../core/device-words.ts";
import type { LearnEvent } from "../core/learn-events.ts";
import { MEANS } from "../core/kinds.ts";
import type { MadeDevice } from "../ports/desk.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import { minutesOf } from "./devices.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { heardLines, type HeardEvent } from "./heard-lines.ts";
import { print, printJson } from "./print.ts";
import { wrongUse } from "./usage.ts";

/** Opens the learn window and prints what is heard in it, until a device is proved or its time is over. */
export async function enrol(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0, ...WINDOW_OPTIONS, "stop", "bridge", "address", "key-hex");
  const { stop, bridge, json } = typed.options;
  if (!("url" in typed.options)) takeOption(typed, "as");
  const body = stop === true ? {} : bridge === undefined ? bodyOf(typed) : madeBodyOf(typed);
  const client = await connect(typed, "refuse");
  try {
    if (stop !== true && bridge !== undefined) return await make(client, typed, body);
    if (stop !== true) return await follow(client, body, json === true);
    const closed = await ask<{ window: null }>(client, { method: "POST", path: "/api/enrol/stop", body });
    if (json === true) printJson(closed);
    else print(inBoth("the learn window is closed"));
    return 0;
  } finally {
    await client.close();
  }
}

const WINDOW_OPTIONS = ["resident", "means", "label", "location", "minutes", "key", "force"] as const;

/** Whose the device will be, what it means, and where it hangs. */
function placeOf(typed: Typed): object {
  const { means, label, location } = typed.options;
  if (typeof means === "string" && !(MEANS as readonly string[]).includes(means))
    throw wrongUse(`means "${means}" is not known; allowed: ${MEANS.join(", ")}`, "enrol");
  return {
    resident: takeOption(typed, "resident"),
    ...(means !== undefined && { means }),
    ...(label !== undefined && { label }),
    ...(location !== undefined && { location }),
  };
}

function madeBodyOf(typed: Typed): object {
  const { key, force, "key-hex": given } = typed.options;
  if (key === true || force === true)
    throw wrongUse("--key and --force are for a device that is learnt by pressing it", "enrol");
  return {
    ...placeOf(typed),
    bridge: takeOption(typed, "bridge"),
    address: takeOption(typed, "address"),
    ...(given !== undefined && { key: given }),
  };
}

function bodyOf(typed: Typed): object {
  const { minutes, key, force, address, "key-hex": given } = typed.options;
  if (address !== undefined || given !== undefined) throw wrongUse("--address and --key-hex go with --bridge", "enrol");
  return {
    ...placeOf(typed),
    ...(minutes !== undefined && { minutes: minutesOf(minutes) }),
    ...(key === true && { bindKey: true }),
    ...(force === true && { force: true }),
  };
}

/** How long the first press of a device is waited for that must be set up first. */
const SET_UP_MIN = 10;

/** Makes the device, shows once what it proves itself by, and waits for the press that proves it. */
async function make(client: GatewayClient, typed: Typed, body: object): Promise<number> {
  const isJson = typed.options.json === true;
  const { minutes = String(SET_UP_MIN) } = typed.options;
  const forMin = minutesOf(minutes);
  // A window of somebody else would leave a secret that nobody waits for.
  const { window } = await ask<{ window: WindowView | null }>(client, { method: "GET", path: "/api/enrol" });
  if (window)
    throw new GatewayError(
      "not-now",
      `${window.by} is enrolling a device for ${window.resident}: wait, or \`okc enrol --stop\``,
    );
  const made = await ask<Made>(client, { method: "POST", path: "/api/devices", body });
  if (!isJson) await printMade(made);
  try {
    return await follow(client, { device: made.device.id, minutes: forMin }, isJson, { made });
  } catch (error) {
    // It is shown once, whatever happens to the window.
    const why = (error as Error).message;
    if (isJson) printJson({ made, device: made.device.id, proved: false, why, heard: [] });
    throw error;
  }
}

type WindowView = ReturnType<typeof viewWindow>;

type Made = Omit<MadeDevice, "device"> & { readonly device: DeviceView };

async function printMade({ device, credential, qr, warnings }: Made): Promise<void> {
  print(inBoth(`${device.id} is made, and not proved yet`));
  for (const warning of warnings) print(inBoth(warning));
  if (credential) {
    for (const [name, value] of Object.entries(credential)) print(`${name} ${value}`);
    print("(只显示一次 / shown once)");
  }
  if (qr && process.stdout.isTTY) print(await qrForTerminal(qr.text));
}

/** Opens the window and shows it. The stream is opened first: no press can fall between. */
export async function follow(client: GatewayClient, body: object, json: boolean, more: object = {}): Promise<number> {
  const say = (text: string): void => void (json || print(text));
  const lines = client.follow("/api/stream")[Symbol.asyncIterator]();
  await lines.next();
  await ask(client, { method: "POST", path: "/api/enrol", body });
  say(
    inBoth(
      "device" in body
        ? "press the device now: the press goes the whole way as a test, and proves it"
        : "press the device now, and once more when it was heard",
    ),
  );
  const watch = new LearnWatch(say);
  while (watch.ended === null) {
    const { value, done } = await lines.next();
    if (done === true) throw new GatewayError("not-reachable", "the gateway ended the stream: it was stopped");
    if (value.startsWith("data:")) watch.take(JSON.parse(value.slice("data:".length)) as LearnEvent);
  }
  await lines.return?.();
  const { device, why, proved = false } = watch.ended;
  if (json) printJson({ ...more, device, proved, why, heard: watch.heard });
  return proved ? 0 : 1;
}

type Ended = Extract<LearnEvent, { kind: "learn-ended" }>;

/** What happens in the window, as its technician reads it. */
class LearnWatch {
  readonly #say: (text: string) => void;
  readonly heard: object[] = [];
  ended: Ended | null = null;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  take(event: LearnEvent): void {
    switch (event.kind) {
      case "learn-heard":
        return this.#hear(event, event.what);
      case "learn-enrolled":
        this.#hear(event, "enrolled");
        return this.#say(
          inBoth(
            `${event.device} is enrolled, and not proved yet: press it a third time within a minute; that is its test`,
          ),
        );
      case "learn-proving":
        this.#hear(event, "proving");
        return this.#say(inBoth(`${event.device}: that press is on its way to the hotline as test ${event.test}`));
      case "learn-opened":
      case "device-proved":
        return;
      case "learn-ended":
        this.ended = event;
        return this.#say(inBoth(endOf(event)));
    }
  }

  #hear(event: HeardEvent, what: string): void {
    const { device, said = null } = event;
    const notes = event.kind === "learn-proving" ? [] : (event.notes ?? []);
    const { before = null, resident = null } = event.kind === "learn-heard" ? event : {};
    this.heard.push({ device, what, said, notes, before, resident });
    for (const line of heardLines(event)) this.#say(line);
    if (event.kind === "learn-heard") this.#sayBoth(`${device}: `, LEARN_WORDS[event.what]);
    for (const note of notes) this.#sayBoth("  ! ", LEARN_NOTE_WORDS[note]);
  }

  #sayBoth(mark: string, [chinese, english]: readonly [string, string]): void {
    this.#say(`${mark}${chinese}\n${mark}${english}`);
  }
}

function endOf({ device, why, proved = false }: Ended): string {
  if (device === null) return `nothing was enrolled: ${why}`;
  if (proved) return `${device} is proved: its test went the whole way (${why})`;
  return `${device} is enrolled and NOT PROVED (${why}): until a press of it is heard nobody knows that it works; okc test ${device}`;
}
