// Brings in what a fresh clone lacks: node_modules and Debian packages. Plain JavaScript, nothing but Node's own modules.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What could not be set up, in one line for the person who started us. */
export class SetupError extends Error {}

/** Runs a script's main function; a set-up that failed ends it with one line and code 1. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`okc: ${error.message}`);
    process.exitCode = 1;
  }
}

/** Installs node_modules when a package of package-lock.json is missing there or has another version. */
export function installModules() {
  if (modulesAreInstalled()) return;
  console.error("okc: 正在安装 installing node_modules (npm ci)");
  if (npmCi()) return;
  // better-sqlite3 falls back to compiling where no prebuilt binary can be had.
  const tools = [{ command: "python3" }, { command: "make" }, { command: "g++" }].filter(isMissing);
  if (tools.length > 0) {
    installPackages(tools);
    if (npmCi()) return;
  }
  throw new SetupError("npm ci 失败，原因见上。npm ci failed; its output above says why");
}

function modulesAreInstalled() {
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf("node_modules/.package-lock.json");
  if (!present) return false;
  return Object.entries(wanted ?? {}).every(
    ([path, { version, optional }]) => path === "" || (present[path]?.version ?? (optional && version)) === version,
  );
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(join(ROOT, lockFile), "utf8")).packages;
  } catch {
    return null;
  }
}

function npmCi() {
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith(".js") ? [process.execPath, [cli]] : ["npm", []];
  const args = [...first, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...headersBesideNode() },
    stdio: ["ignore", 2, 2],
  });
  if (error) throw new SetupError(`无法运行 npm。npm cannot be run: ${error.message}`);
  return status === 0;
}

/** node-gyp fetches Node's headers unless told where they lie. */
function headersBesideNode() {
  const prefix = dirname(dirname(process.execPath));
  if (process.env.npm_config_nodedir || !existsSync(join(prefix, "include/node/node.h"))) return {};
  return { npm_config_nodedir: prefix };
}

/**
 * Installs the Debian packages that are missing. Each is `{ command }`, the program that shows it is there, and
 * `package` where that is named otherwise; without a command, dpkg is asked.
 */
export function installPackages(wanted) {
  const names = wanted.filter(isMissing).map(nameOf);
  if (names.length === 0) return;
  const byHand = `请手工安装 install by hand: ${names.join(" ")}`;
  if (!isOnPath("apt-get"))
    throw new SetupError(`这不是 Debian（没有 apt-get）。This is no Debian (no apt-get); ${byHand}`);
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (asRoot.length > 0 && !isOnPath("sudo"))
    throw new SetupError(`不是 root，也没有 sudo。Not root and no sudo; ${byHand}`);
  console.error(`okc: 正在安装 installing ${names.join(" ")} (apt-get)`);
  const [command, ...args] = [...asRoot, "sh", "-c", APT_SCRIPT, "apt", ...names];
  const { status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0 || wanted.some(isMissing)) throw new SetupError(`apt-get 失败。apt-get failed; ${byHand}`);
}

// policy-rc.d keeps a freshly installed mosquitto from starting as a service on the port of the gateway's own broker.
const APT_SCRIPT = `
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' >$policy && chmod 755 $policy
fi
apt='apt-get -o DPkg::Lock::Timeout=300'
$apt install -y --no-install-recommends "$@" && exit
$apt update && $apt install -y --no-install-recommends "$@"
`;

const nameOf = (entry) => entry.package ?? entry.command;

function isMissing(entry) {
  if (entry.command && isOnPath(entry.command)) return false;
  const { status, stdout } = spawnSync("dpkg-query", ["-W", "-f=${db:Status-Status}", nameOf(entry)]);
  return status !== 0 || String(stdout) !== "installed";
}

function isOnPath(command) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => folder !== "" && existsSync(join(folder, command)));
}
