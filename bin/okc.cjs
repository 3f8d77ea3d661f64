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
const SETTLED_MS = 10_000;
/** The bundle's last line: `//okc:` and 16 hexadecimal digits over its content. */
const SIGNATURE_LENGTH = 23;

const file = path.join(__dirname, "..", "dist", "okc.cjs");

function readSource() {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    process.stderr.write("okc: dist/okc.cjs is missing; run `npm run build` first\n");
    process.exit(EX_SOFTWARE);
  }
}

/** A cache is good for one bundle, one Node, one set of V8's flags, and one of two habits: starting or asking. */
function cacheFileFor(source) {
  const id = source.slice(-SIGNATURE_LENGTH).trim().replace("//okc:", "");
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join("").replace(/[^a-z0-9]+/gi, "-").slice(0, 80);
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

/** A folder that cannot be written only costs the next start its head start. */
function writeCache(cacheFile, script) {
  const half = `${cacheFile}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(cacheFile), { recursive: true });
    fs.writeFileSync(half, script.createCachedData());
    fs.renameSync(half, cacheFile);
  } catch {
    fs.rmSync(half, { force: true });
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
  process.once("exit", keep);
}

// V8's young generation stays at its first size: a third less memory on a busy gateway, paid with short collections.
// (--max-semi-space-size would do the same, but only as an argument of node itself.)
v8.setFlagsFromString("--semi-space-growth-factor=1");

const source = readSource();
const cacheFile = cacheFileFor(source);
const cachedData = readCache(cacheFile);
const script = new vm.Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
  filename: file,
  cachedData,
});
if (!cachedData || script.cachedDataRejected) keepCacheLater(cacheFile, script);

const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, path.dirname(file));
