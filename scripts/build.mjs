// Bundles the gateway and the simulated parts into dist/. `node scripts/build.mjs` always builds.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ROOT, SetupError, installModules, runScript } from "./install.mjs";
import { warmCache } from "./warm-cache.mjs";

const DIST = join(ROOT, "dist");

const BUNDLES = [
  { from: "gateway/main.ts", to: "okc.cjs", wrapped: true },
  { from: "gateway/adapters/journal/journal-worker.ts", to: "journal-worker.cjs" },
  { from: "firmware-sim/main.ts", to: "firmware-sim.cjs" },
];

/** Read at run time from beside the bundle; what does not exist is not needed. */
const COPIES = [
  { from: "gateway/adapters/journal/migrations", to: "migrations" },
  { from: "gateway/core/policies.yaml", to: "policies.yaml" },
];

const SOURCES = ["gateway", "devices", "firmware-sim", "scripts/build.mjs", "package-lock.json"];

/** The pages that people see, built by Vite into dist/console. */
const CONSOLE = { config: "gateway/console/vite.config.ts", to: "console" };

/** Native modules: a bundle cannot hold them. */
const EXTERNAL = ["better-sqlite3", "@serialport/bindings-cpp", "@node-rs/argon2"];

/** What Node puts around a CommonJS module; bin/okc.cjs runs its bundle without Node's loader. */
const MODULE_HEAD = "(function(exports,require,module,__filename,__dirname){";
const MODULE_TAIL = "})";

/** Builds when an output is missing or a source is newer. */
export function buildWhenStale() {
  const newest = Math.max(...SOURCES.map((source) => newestIn(join(ROOT, source))));
  const built = [...BUNDLES, CONSOLE].map(({ to }) => newestIn(join(DIST, to)));
  if (Math.min(...built) >= newest) return;
  console.error("okc: 正在构建 building dist");
  // In a process of its own: esbuild's service would otherwise stay for as long as we run.
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new SetupError("构建失败，原因见上。the build failed; its output above says why");
}

function newestIn(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return 0;
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

async function build() {
  const missing = BUNDLES.filter(({ from }) => !existsSync(join(ROOT, from)));
  for (const { from, to } of missing) console.error(`okc: ${from} does not exist, so dist/${to} is not built`);
  // Whole files are moved into place, so that a gateway that starts meanwhile never reads half a bundle.
  const fresh = join(DIST, `.new-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    for (const bundle of BUNDLES) if (!missing.includes(bundle)) await bundleInto(fresh, bundle);
    await buildConsole(join(fresh, CONSOLE.to));
    for (const { from, to } of COPIES) {
      if (existsSync(join(ROOT, from))) cpSync(join(ROOT, from), join(fresh, to), { recursive: true });
    }
    rmSync(join(DIST, "cache"), { recursive: true, force: true });
    for (const name of readdirSync(fresh)) {
      if (statSync(join(fresh, name)).isDirectory()) rmSync(join(DIST, name), { recursive: true, force: true });
      renameSync(join(fresh, name), join(DIST, name));
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  if (missing.length > 0) throw new SetupError(`${missing.length} of ${BUNDLES.length} bundles not built`);
}

async function buildConsole(outDir) {
  const vite = await import("vite");
  await vite.build({ configFile: join(ROOT, CONSOLE.config), build: { outDir } });
}

async function bundleInto(folder, { from, to, wrapped = false }) {
  const esbuild = await import("esbuild");
  const outfile = join(folder, to);
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [from],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: EXTERNAL,
    alias: { debug: join(ROOT, "scripts/no-debug.cjs") },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "linked",
    // ASCII is read as one byte a character, without decoding.
    charset: "ascii",
    // A script from V8's code cache cannot import(); what is not in the bundle is CommonJS and can be required.
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "okcBundleUrl" },
    banner: {
      js: `${wrapped ? MODULE_HEAD : ""}const okcBundleUrl=require("node:url").pathToFileURL(__filename).href;`,
    },
    footer: { js: wrapped ? MODULE_TAIL : "" },
    logLevel: "warning",
  });
  sign(outfile);
}

/** Ends a bundle with a line that names its content: V8 itself tells two scripts apart by their length only. */
function sign(file) {
  const content = readFileSync(file);
  const id = createHash("sha256").update(content).digest("hex").slice(0, 16);
  writeFileSync(file, Buffer.concat([content, Buffer.from(`//okc:${id}\n`)]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await runScript(async () => {
    installModules();
    await build();
    const cold = await warmCache();
    if (cold !== null)
      console.error(`okc: 尚无代码缓存，首次启动时生成 no code cache yet, the first start makes it: ${cold}`);
  });
}
