import { inBoth } from "../core/chinese.ts";
import { MEANS } from "../core/kinds.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { ask, connect } from "./connect.ts";
import { minutesOf } from "./devices.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { print, printJson } from "./print.ts";
import { wrongUse } from "./usage.ts";

interface Happened {
  readonly kind: string;
  readonly device?: string | null;
  readonly what?: string;
  readonly why?: string;
}

/** Opens the learn window and prints what is heard in it, until a device is enrolled or its time is over. */
export async function enrol(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0, "resident", "means", "label", "location", "minutes", "stop");
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
  const { means, label, location, minutes } = typed.options;
  if (typeof means === "string" && !(MEANS as readonly string[]).includes(means))
    throw wrongUse(`means "${means}" is not known; allowed: ${MEANS.join(", ")}`, "enrol");
  return {
    resident: takeOption(typed, "resident"),
    ...(means !== undefined && { means }),
    ...(label !== undefined && { label }),
    ...(location !== undefined && { location }),
    ...(minutes !== undefined && { minutes: minutesOf(minutes) }),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  candidate: "heard; press it once more to enrol it",
  "given-back": "was not pressed again in time, and is shown to staff; press it twice to enrol it",
  "needs-key": "it has a key of its own: import it with `okc import`",
  "enrolled-already": "is enrolled already, and what it pressed is real; see `okc devices`",
  another: "pressed too, and is shown to staff; only the first device is enrolled",
};

/** The stream is opened first: no press can fall between. */
async function follow(client: GatewayClient, body: object, json: boolean): Promise<number> {
  const say = (text: string): void => void (json || print(inBoth(text)));
  const lines = client.follow("/api/stream")[Symbol.asyncIterator]();
  await lines.next();
  await ask(client, { method: "POST", path: "/api/enrol", body });
  say("press the device now, and once more when it was heard");
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) return 1;
    if (!value.startsWith("data:")) continue;
    const { kind, device = null, what = "", why = "" } = JSON.parse(value.slice("data:".length)) as Happened;
    if (kind === "learn-heard") say(`${device}: ${WORDS[what] ?? what}`);
    if (kind !== "learn-ended") continue;
    await lines.return?.();
    if (json) printJson({ device, why });
    else say(device === null ? `nothing was enrolled: ${why}` : `${device} is enrolled; test it: okc test ${device}`);
    return device === null ? 1 : 0;
  }
}
