// `npm start`: installs and builds what is missing, then runs the configured site, or the demo where there is none.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { buildWhenStale } from "./build.mjs";
import { ROOT, installModules, installPackages, runScript } from "./install.mjs";

const EX_CONFIG = 78;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

await runScript(async () => {
  const args = process.argv.slice(2);
  const configured = isConfigured(args);
  const left = configured ? null : peopleWithoutConfiguration();
  if (left !== null) {
    console.error(
      `okc：有 ${left} 却没有 okc.yaml：请把配置放回（或用 OKC_CONFIG 指定）。要看演示，请先移开 ./data。什么也没有启动。\n` +
        `okc: ${left} is there but okc.yaml is not; put the configuration back (or name it by OKC_CONFIG). ` +
        "To see the demo, move ./data away. Nothing was started.",
    );
    process.exitCode = EX_CONFIG;
    return;
  }
  installModules();
  buildWhenStale();
  if (configured) return runInPlace("bin/okc.cjs", ["start", ...args]);
  installPackages([{ command: "socat" }]);
  runInPlace("dist/firmware-sim.cjs", ["demo", ...args]);
});

function isConfigured(args) {
  const named = process.env.OKC_CONFIG || args.some((arg) => /^--config(=|$)/.test(arg));
  return Boolean(named) || existsSync(join(ROOT, "okc.yaml"));
}

/** A site was here: its configuration is lost, and a simulated calm must not take its place. */
function peopleWithoutConfiguration() {
  const folder = join(ROOT, "data");
  const found = existsSync(folder) ? readdirSync(folder).find((name) => !name.startsWith(".")) : undefined;
  return found === undefined ? null : join(folder, found);
}

/** Ends as the program ends, and passes signals on to it. */
function runInPlace(file, args) {
  const child = spawn(process.execPath, [join(ROOT, file), ...args], { cwd: ROOT, stdio: "inherit" });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // The keyboard's signal reaches the whole group by itself; a second one would mean "at once".
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
