import { existsSync, realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { KEY_FILE, keyMarkOf } from "../adapters/journal/key-file.ts";
import { GatewayError } from "../core/errors.ts";
import { takeWords, type Typed } from "./arguments.ts";
import { ask, configOf, connect, refuseElsewhere } from "./connect.ts";
import { print, printJson } from "./print.ts";
import { inBoth } from "../core/chinese.ts";
import { wrongUse } from "./usage.ts";

/** Compares a copy of the key file with the one in use, and notes in the journal that there is one. */
export async function key(typed: Typed): Promise<number> {
  const [verb, given = ""] = takeWords(typed, 2, 2);
  if (verb !== "check") throw wrongUse(`key knows only check, not ${verb}`, "key");
  refuseElsewhere(typed);
  const { data } = configOf(typed);
  const copy = resolve(given);
  const mark = markOfCopy(copy, data);
  const client = await connect(typed, "open");
  try {
    await ask(client, { method: "POST", path: "/api/key-copy", body: { mark } });
    const sameDisk = statSync(copy).dev === statSync(data).dev;
    if (typed.options.json) printJson({ file: copy, confirmed: true, sameDisk });
    else {
      print(inBoth(`${copy} is a copy of the key file in use; okc doctor asks no more`));
      if (sameDisk) print(inBoth("it lies on the same disk: a disk that dies takes both; keep one elsewhere"));
    }
    return 0;
  } finally {
    await client.close();
  }
}

function markOfCopy(copy: string, data: string): string {
  const own = join(data, KEY_FILE);
  if (!existsSync(copy)) throw new GatewayError("bad-input", `${copy}: no such file`);
  const [a, b] = [statSync(copy), existsSync(own) ? statSync(own) : null];
  const isInside = `${realpathSync(copy)}`.startsWith(`${realpathSync(data)}${sep}`);
  if ((b && a.ino === b.ino && a.dev === b.dev) || isInside)
    throw new GatewayError(
      "bad-input",
      `${copy} lies in the data folder and goes with it: name a copy in another place`,
    );
  const mark = keyMarkOf(copy);
  if (mark === null) throw new GatewayError("bad-input", `${copy} does not hold a key: 64 hex digits are expected`);
  if (mark !== keyMarkOf(own))
    throw new GatewayError("bad-input", `${copy} is the key of another journal: copy ${own} anew`);
  return mark;
}
