import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { serveControl } from "./control.ts";
import { runDemo } from "./demo.ts";
import { serveLines } from "./lines.ts";
import type { PartName } from "./parts.ts";
import { PARTS } from "./parts.ts";
import { readSimFile } from "./sim-file.ts";
import { soundSiren } from "./siren.ts";

const EXIT_WRONG_USE = 2;

const USAGE = `usage: firmware-sim demo [--folder data-demo] [--okc bin/okc.cjs]
       firmware-sim ${Object.keys(PARTS).join("|")} --sim FILE [--control SOCKET] [--with-parent]
       firmware-sim siren --control SOCKET
Requests are JSON lines on standard input or the control socket, as {"press":"0000beef","kind":"emergency"},
{"list":true}, {"unplug":true}, {"replug":true}, {"receiver":{"mode":"silent"}}, {"phones":{}},
{"modem":{"from":"+8613900000101","text":"1 57"}}, {"modem":{"faults":{"registration":2}}}.`;

const OPTIONS = {
  folder: { type: "string", default: "data-demo" },
  okc: { type: "string" },
  sim: { type: "string" },
  control: { type: "string" },
  "with-parent": { type: "boolean", default: false },
} as const;

/** Runs one part in this process, until a signal or, with a parent, until the parent is gone. */
async function runPart(name: PartName, simFile: string, control: string | undefined, child: boolean): Promise<void> {
  const sim = readSimFile(simFile);
  if (!sim) throw new Error(`${simFile}: no such file`);
  const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
  const part = await PARTS[name](sim, simFile, (note) => say({ note }));
  const server = control === undefined ? null : await serveControl(control, part.handle);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server?.close();
    part.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", stop);
  // A terminal sends Ctrl-C to the whole group: the parent decides when its parts end, after the gateway.
  process.on("SIGINT", child ? () => undefined : stop);
  process.stdout.on("error", stop);
  if (child) process.stdin.on("end", stop);
  void serveLines(process.stdin, process.stdout, part.handle);
  say({ ready: true, part: name, seed: sim.seed });
}

async function main(): Promise<number | null> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [part, ...rest] = positionals;
  if (part === "demo" && rest.length === 0) {
    const script = process.argv[1]!;
    return runDemo({ folder: resolve(values.folder), okc: values.okc ?? resolve(script, "../../bin/okc.cjs"), script });
  }
  if (part === "siren" && rest.length === 0 && values.control !== undefined) return soundSiren(resolve(values.control));
  if (part === undefined || !(part in PARTS) || rest.length > 0 || values.sim === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT_WRONG_USE;
  }
  await runPart(part as PartName, resolve(values.sim), values.control, values["with-parent"]);
  return null;
}

main().then(
  (code) => {
    if (code !== null) process.exit(code);
  },
  (error: Error & { code?: string }) => {
    process.stderr.write(`firmware-sim: ${error.message}\n`);
    process.exit(error.code?.startsWith("ERR_PARSE_ARGS") ? EXIT_WRONG_USE : 1);
  },
);
