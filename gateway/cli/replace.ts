import { inBoth } from "../core/chinese.ts";
import { takeOption, takeWords, type Typed } from "./arguments.ts";
import { connect } from "./connect.ts";
import { actOn, minutesOf } from "./devices.ts";
import { follow } from "./enrol.ts";
import { print, printJson } from "./print.ts";
import { wrongUse } from "./usage.ts";

/** Puts a new device in the place of an old one: an enrolled one, or one that is learnt by pressing it. */
export async function replace(typed: Typed): Promise<number> {
  const [old = ""] = takeWords(typed, 1, 1, "with", "minutes", "key", "force");
  const { with: fresh, minutes, key, force, json } = typed.options;
  if (!("url" in typed.options)) takeOption(typed, "as");
  if (fresh !== undefined && [minutes, key, force].some((one) => one !== undefined))
    throw wrongUse(
      "--with names a device that is enrolled; --minutes, --key and --force are for one to be learnt",
      "replace",
    );
  const client = await connect(typed, fresh === undefined ? "refuse" : "open");
  try {
    if (fresh === undefined) {
      const window = {
        replaces: old,
        ...(minutes !== undefined && { minutes: minutesOf(minutes) }),
        ...(key === true && { bindKey: true }),
        ...(force === true && { force: true }),
      };
      return await follow(client, window, json === true);
    }
    const { device } = await actOn(client, old, "replace", { with: fresh });
    if (json === true) printJson({ device });
    else print(inBoth(`${device.replacedBy} takes the place of ${device.id}, which is ${device.standing}`));
    return 0;
  } finally {
    await client.close();
  }
}
