import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import type { Call } from "../../gateway/adapters/journal/wire.ts";

/* Ends the journal's thread once: when it is asked to commit the record that carries the counter 2. */

let folder = "";

parentPort?.on("message", (call: Call) => {
  if (call.type === "open") folder = call.body.folder;
  if (call.type !== "commit" || !JSON.stringify(call.body).includes('\\"counter\\":2')) return;
  const mark = join(folder, "died");
  if (existsSync(mark)) return;
  writeFileSync(mark, "");
  process.exit(1);
});
