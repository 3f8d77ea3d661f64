// Starts the fresh bundle once on an empty site of its own, so that bin/okc.cjs keeps V8's code cache of a whole start.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./install.mjs";

const UP = "the gateway is up";
const UP_MAX_MS = 15_000;
const STOP_MAX_MS = 5_000;
const SITE = `site: { name: warm-up }
broker: { listen: "127.0.0.1:0" }
http: { listen: "127.0.0.1:0" }
`;

/** Gives null, or why there is no cache; the first real start then makes it. */
export async function warmCache() {
  const folder = mkdtempSync(join(tmpdir(), "okc-warm-"));
  const file = join(folder, "okc.yaml");
  writeFileSync(file, SITE);
  const gateway = runOkc("start", "--config", file);
  try {
    const why = await comesUp(gateway);
    if (why !== null) return why;
    await ended(runOkc("alarms", "--config", file));
    return null;
  } finally {
    gateway.kill("SIGTERM");
    await ended(gateway);
    rmSync(folder, { recursive: true, force: true });
  }
}

function runOkc(...args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("OKC_")));
  return spawn(process.execPath, [join(ROOT, "bin/okc.cjs"), ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
}

async function comesUp(gateway) {
  let said = "";
  const up = new Promise((resolve) => {
    const hear = (chunk) => {
      said = (said + chunk).slice(-4096);
      if (said.includes(UP)) resolve(null);
    };
    gateway.stdout.on("data", hear);
    gateway.stderr.on("data", hear);
    gateway.once("exit", (code) =>
      resolve(said.split("\n").find((line) => /error|^okc:/i.test(line)) ?? `exit code ${code}`),
    );
  });
  return within(UP_MAX_MS, up, `not up after ${UP_MAX_MS / 1000} s`);
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdout.resume();
  child.stderr.resume();
  if (await within(STOP_MAX_MS, once(child, "exit"), null)) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function within(ms, promise, otherwise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, otherwise);
  });
  const result = await Promise.race([promise, late]);
  clearTimeout(timer);
  return result;
}
