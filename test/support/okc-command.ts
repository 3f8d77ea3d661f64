import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { assertPrinted } from "./json-schemas.ts";

const ROOT = join(import.meta.dirname, "../..");
const OKC = join(ROOT, "bin/okc.cjs");

/** A command that takes longer hangs. */
const COMMAND_MAX_MS = 30_000;

/** Those that run now: none outlives the tests. */
const children = new Set<ChildProcess>();
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  /** In English; the Chinese that stands above it is looked for in every failure and left out here. */
  readonly stderr: string;
}

export interface RunOptions {
  /** Variables besides PATH; none of the test's own environment is passed on. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** What is piped in. */
  readonly stdin?: string;
}

/** Starts the built `okc` as its users do. */
export function spawnOkc(args: readonly string[], { env = {}, cwd, stdin }: RunOptions = {}) {
  if (!existsSync(join(ROOT, "dist/okc.cjs"))) throw new Error("dist/okc.cjs is missing: npm run build");
  const child = spawn(process.execPath, [OKC, ...args], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  // A command that does not read is done before it is written to.
  child.stdin.on("error", () => undefined).end(stdin ?? "");
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** Runs one command to its end. Rejects when it hangs, and where its `--json` is not what docs/schemas say. */
export async function okc(args: readonly string[], options: RunOptions = {}): Promise<Said> {
  const child = spawnOkc(args, options);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += String(text)));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += String(text)));
  let hung = false;
  const deadline = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, COMMAND_MAX_MS);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(deadline);
  if (hung) throw new Error(`okc ${args.join(" ")} hung; it said ${stdout}${stderr}`);
  if (args.includes("--json") && stdout !== "") assertPrinted(args, stdout);
  const english = stderr.replace(/^okc：[\s\S]*?\n(?=okc: )/, "");
  if (english === stderr && stderr.startsWith("okc: "))
    throw new Error(`okc ${args.join(" ")} failed without Chinese; add this to gateway/core/chinese/: ${stderr}`);
  return { code, stdout, stderr: english };
}
