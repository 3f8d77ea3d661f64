import { existsSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join, relative, resolve } from "node:path";
import { SystemClock } from "../adapters/clock/system-clock.ts";
import { restoreBackup } from "../adapters/journal/restore-backup.ts";
import { inBoth } from "../core/chinese.ts";
import { GatewayError } from "../core/errors.ts";
import type { ImportReport } from "../ports/desk.ts";
import { takeWords, type Typed } from "./arguments.ts";
import { ask, configFileFor, configOf, connect, refuseElsewhere } from "./connect.ts";
import { print, printJson } from "./print.ts";

export async function importFile(typed: Typed): Promise<number> {
  const [file = ""] = takeWords(typed, 1, 1, "dry-run");
  const bytes = readInput(file);
  const client = await connect(typed, "open");
  try {
    const path = typed.options["dry-run"] === true ? "/api/import?dryRun=1" : "/api/import";
    const report = await ask<ImportReport>(client, { method: "POST", path, bytes });
    if (typed.options.json) printJson(report);
    else printReport(file, report);
    return report.rows.some(({ fate }) => fate === "refused") ? 1 : 0;
  } finally {
    await client.close();
  }
}

function readInput(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new GatewayError("bad-input", `${file}: cannot be read (${(error as Error).message})`, { cause: error });
  }
}

function printReport(file: string, { kind, rows, notes, credentials }: ImportReport): void {
  for (const note of notes) print(inBoth(`${file}: ${note}`));
  for (const { line, fate, message } of rows)
    if (message !== "" || fate === "refused") print(inBoth(`${file}:${line}: ${fate}: ${message}`));
  const count = (fate: string): number => rows.filter((row) => row.fate === fate).length;
  const fates = ["created", "updated", "unchanged", "refused"].map((fate) => `${count(fate)} ${fate}`);
  print(`${kind}: ${fates.join(", ")}`);
  if (credentials.length === 0) return;
  print("shown once / 只显示一次:");
  for (const { line, ...credential } of credentials)
    print(
      `  ${Object.entries(credential)
        .map(([name, value]) => `${name} ${value}`)
        .join("  ")}  (line ${line})`,
    );
}

export async function backup(typed: Typed): Promise<number> {
  const [file] = takeWords(typed, 0, 1);
  const client = await connect(typed, "open");
  try {
    const body = file === undefined ? {} : { file: resolve(file) };
    const made = await ask<{ file: string; bytes: number; lastSeq: number }>(client, {
      method: "POST",
      path: "/api/backup",
      body,
    });
    if (typed.options.json) printJson(made);
    else
      print(
        inBoth(
          `${made.file}: ${made.bytes} bytes, events up to ${made.lastSeq}; the key file is not in it: keep a copy apart`,
        ),
      );
    return 0;
  } finally {
    await client.close();
  }
}

export async function restore(typed: Typed): Promise<number> {
  const [file = ""] = takeWords(typed, 1, 1);
  refuseElsewhere(typed);
  const { data } = configOf(typed);
  if (!existsSync(file)) throw new GatewayError("bad-input", `${file}: no such file`);
  const restored = await restoreBackup(data, resolve(file), new SystemClock());
  if (typed.options.json) printJson({ file: resolve(file), ...restored });
  else {
    const kept = restored.previous === null ? "" : `; what was there before is kept as ${restored.previous}`;
    print(inBoth(`${file} is in place in ${data}${kept}; start the gateway with okc start`));
  }
  return 0;
}

interface PressReply {
  readonly ok: boolean;
  /** Absent: the button has none. */
  readonly counter?: number;
  readonly error?: string;
}

/** Presses a simulated button; on a real site there is nothing to press but the real one. */
export async function press(typed: Typed): Promise<number> {
  const [id = ""] = takeWords(typed, 1, 1, "kind");
  refuseElsewhere(typed);
  const outside = new GatewayError("bad-input", "press works in the demo only: on a real site, press the real button");
  // Where nothing at all is configured there is no demo either.
  const isNamed = typed.options.config !== undefined || Boolean(process.env["OKC_CONFIG"]);
  if (!isNamed && !existsSync(configFileFor(typed))) throw outside;
  const { data, site } = configOf(typed);
  if (!site.demo) throw outside;
  const { kind = "emergency" } = typed.options;
  const reply = await askSimulator(join(data, "sim.sock"), { press: id, kind });
  if (!reply.ok) throw new GatewayError("bad-input", reply.error ?? `${id} was not pressed`);
  if (typed.options.json) printJson(reply);
  else if (reply.counter === undefined) print(inBoth(`pressed ${id} (${String(kind)})`));
  else print(inBoth(`pressed ${id} (${String(kind)}), count ${reply.counter}`));
  return 0;
}

/** A simulator that is there answers at once. */
const ANSWER_MAX_MS = 10_000;

function askSimulator(socket: string, question: object): Promise<PressReply> {
  return new Promise((resolve, reject) => {
    // The kernel takes 107 bytes for a socket's path; from here it may be shorter.
    const fromHere = relative(process.cwd(), socket);
    const connection = createConnection(fromHere.length < socket.length ? fromHere : socket);
    let text = "";
    connection.setEncoding("utf8");
    connection.setTimeout(ANSWER_MAX_MS, () => connection.destroy(new Error("no answer")));
    connection.on("connect", () => connection.write(`${JSON.stringify(question)}\n`));
    connection.on("data", (part) => {
      text += String(part);
      if (!text.includes("\n")) return;
      connection.destroy();
      resolve(JSON.parse(text) as PressReply);
    });
    connection.on("error", (error) =>
      reject(
        new GatewayError("not-reachable", `the simulated pendants do not run (${error.message}); npm start runs them`),
      ),
    );
  });
}
