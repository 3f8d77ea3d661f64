// `npm test`: installs and builds what tests need, then runs mocha. `npm test -- FILE…` runs these files only.
import { spawnSync } from "node:child_process";
import { buildWhenStale } from "./build.mjs";
import { ROOT, SetupError, installModules, installPackages, runScript } from "./install.mjs";

const PACKAGES = [
  { command: "socat" },
  { command: "mosquitto" },
  { command: "chromium" },
  { command: "openssl" },
  { command: "sipp", package: "sip-tester" },
  { command: "upsd", package: "nut-server" },
  { command: "systemd-notify", package: "systemd" },
  { command: "python3" },
  { command: "baresip", package: "baresip-core" },
  { command: "espeak-ng" },
  { command: "sox" },
  { command: "setpriv", package: "util-linux" },
  { command: "xmllint", package: "libxml2-utils" },
  { package: "fonts-noto-cjk" },
];

await runScript(async () => {
  installModules();
  installPackages(PACKAGES);
  buildWhenStale();
  const args = process.argv.slice(2);
  const specs = args.some((arg) => arg.endsWith(".ts")) ? [] : ["test/**/*.test.ts"];
  const mocha = ["node_modules/mocha/bin/mocha.js", ...specs, ...args];
  const { status, signal } = spawnSync(process.execPath, mocha, { cwd: ROOT, stdio: "inherit" });
  if (signal !== null) throw new SetupError(`mocha was ended by ${signal}`);
  process.exitCode = status;
});
