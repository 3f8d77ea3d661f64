#!/usr/bin/env node
// Runs dist/okc.cjs with V8's code cache: a start then skips parsing and compiling.
"use strict";
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");

const EX_SOFTWARE = 70;
/** By then a starting gateway has compiled what a start needs. */
const SETTLED_MS = 3_000;
/** The bundle's last line: `//okc:` and 16 hexadecimal digits over its content. */
const SIGNATURE_LENGTH = 23;

const V8_GROWTH = 2;
const STEADY_GROWTH = 1;

const file = path.join(__dirname, "..", "dist", "okc.cjs");

function readSource() {
  try {
    const source = fs.readFileSync(file, "latin1");
    if (source !== "") return source;
  } catch {
    // Said below.
  }
  process.stderr.write(
    "okc: 缺少 dist/okc.cjs；请先运行 `npm run build`。dist/okc.cjs is missing; run `npm run build` first\n",
  );
  return process.exit(EX_SOFTWARE);
}

/** A cache is good for one bundle, one Node, one set of V8's flags, and one of two habits: starting or asking. */
function cacheFileFor(source) {
  const id = source.slice(-SIGNATURE_LENGTH).trim().replace("//okc:", "");
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""]
    .join("")
    .replace(/[^a-z0-9]+/gi, "-")
    .slice(0, 80);
  const habit = process.argv[2] === "start" ? "start" : "ask";
  return path.join(path.dirname(file), "cache", `${id}-${habit}-${process.version}${flags}`);
}

function readCache(cacheFile) {
  try {
    return fs.readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

/**
 * At 1, V8's young generation stays at its first size: a quarter less memory on a busy gateway, paid with short
 * collections. (--max-semi-space-size does the same, but only as an argument of node itself.)
 */
function setYoungGrowth(factor) {
  v8.setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}

function writeCache(cacheFile, script) {
  const half = `${cacheFile}.${process.pid}`;
  // V8 refuses a cache made under other flags than it is read under.
  setYoungGrowth(V8_GROWTH);
  const data = script.createCachedData();
  setYoungGrowth(STEADY_GROWTH);
  try {
    fs.mkdirSync(path.dirname(cacheFile), { recursive: true });
    fs.writeFileSync(half, data);
    fs.renameSync(half, cacheFile);
  } catch {
    // A folder that cannot be written only costs the next start its head start.
    removeIfThere(half);
  }
}

function removeIfThere(name) {
  try {
    fs.rmSync(name, { force: true });
  } catch {
    // Its folder is no folder.
  }
}

function keepCacheLater(cacheFile, script) {
  let kept = false;
  const keep = () => {
    if (kept) return;
    kept = true;
    writeCache(cacheFile, script);
  };
  setTimeout(keep, SETTLED_MS).unref();
  // A start that failed has compiled too little to be worth keeping.
  process.once("exit", (code) => {
    if (code === 0) keep();
  });
}

const source = readSource();
const cacheFile = cacheFileFor(source);
const cachedData = readCache(cacheFile);
// The build has wrapped the bundle as a module's function: a copy made here would stay in memory.
const script = new vm.Script(source, { filename: file, cachedData });
if (!cachedData || script.cachedDataRejected) keepCacheLater(cacheFile, script);
setYoungGrowth(STEADY_GROWTH);

const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, path.dirname(file));
