import { inBoth } from "../core/chinese.ts";
import { LEARN_NOTE_WORDS, LEARN_WORDS } from "../core/device-words.ts";
import type { LearnEvent } from "../core/learn-events.ts";
import { MEANS } from "../core/kinds.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import { minutesOf } from "./devices.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { heardLines, type HeardEvent } from "./heard-lines.ts";
import { print, printJson } from "./print.ts";
import { wrongUse } from "./usage.ts";

/** Opens the learn window and prints what is heard in it, until a device is proved or its time is over. */
export async function enrol(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0, "resident", "means", "label", "location", "minutes", "stop", "key", "force");
  const { stop, json } = typed.options;
  if (!("url" in typed.options)) takeOption(typed, "as");
  const body = stop === true ? {} : bodyOf(typed);
  const client = await connect(typed, "refuse");
  try {
    if (stop !== true) return await follow(client, body, json === true);
    const closed = await ask<{ window: null }>(client, { method: "POST", path: "/api/enrol/stop", body });
    if (json === true) printJson(closed);
    else print(inBoth("the learn window is closed"));
    return 0;
  } finally {
    await client.close();
  }
}

function bodyOf(typed: Typed): object {
  const { means, label, location, minutes, key, force } = typed.options;
  if (typeof means === "string" && !(MEANS as readonly string[]).includes(means))
    throw wrongUse(`means "${means}" is not known; allowed: ${MEANS.join(", ")}`, "enrol");
  return {
    resident: takeOption(typed, "resident"),
    ...(means !== undefined && { means }),
    ...(label !== undefined && { label }),
    ...(location !== undefined && { location }),
    ...(minutes !== undefined && { minutes: minutesOf(minutes) }),
    ...(key === true && { bindKey: true }),
    ...(force === true && { force: true }),
  };
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
    if (done === true) return 1;
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
        return this.#say(inBoth(`${event.device}: the third press is on its way to the hotline as test ${event.test}`));
      case "learn-opened":
      case "device-proved":
        return;
      case "learn-ended":
        this.ended = event;
        return this.#say(inBoth(endOf(event)));
    }
  }

  #hear(event: HeardEvent, what: string): void {
    const { device, said = null, notes = [] } = event;
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
