import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningScript {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the output holds `text`. */
  says(text: string): Promise<void>;
}

/** A checkout with the real scripts and bin, an installed look, and bundles of the test's own. */
export class Checkout {
  readonly path = mkdtempSync(join(tmpdir(), "okc-checkout-"));
  readonly #children: ChildProcess[] = [];

  constructor() {
    for (const folder of ["bin", "scripts"]) cpSync(join(ROOT, folder), join(this.path, folder), { recursive: true });
    this.write("node_modules/.package-lock.json", '{ "packages": {} }');
    this.write("package-lock.json", '{ "packages": {} }');
    for (const bundle of ["okc", "journal-worker", "firmware-sim"]) this.write(`dist/${bundle}.cjs`, "");
    this.write("dist/console/index.html", "");
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), content);
  }

  run(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): RunningScript {
    const { PATH } = process.env;
    const child = spawn(process.execPath, [join(this.path, script), ...args], {
      cwd: this.path,
      env: { PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => (said.stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (said.stderr += String(chunk)));
    return {
      child,
      ended: once(child, "close").then(([code]) => ({ code: code as number | null, ...said })),
      async says(text) {
        while (!said.stdout.includes(text)) await once(child.stdout, "data");
      },
    };
  }

  remove(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.path, { recursive: true, force: true });
  }
}
