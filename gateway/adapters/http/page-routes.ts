import { readFileSync } from "node:fs";
import { GatewayError } from "../../core/errors.ts";
import type { Web } from "./web.ts";

/** The files of the page, beside this file in the source and beside the bundle in the build. */
const FOLDER = new URL("./page/", import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Nothing else is ever read. */
const FILES = [
  "index.html",
  "page.css",
  "page.js",
  "gateway.js",
  "cards.js",
  "words.js",
  "tone.js",
  "icon.svg",
] as const;

/** The live page: static files, read once, at their first use. */
export function addPageRoutes(web: Web): void {
  const read = new Map<string, Buffer>();
  for (const file of FILES) {
    const path = file === "index.html" ? "/" : `/page/${file}`;
    web.get(path, { config: { access: "open" }, schema: { hide: true } }, (_, reply) => {
      const bytes = read.get(file) ?? readPageFile(file);
      read.set(file, bytes);
      return reply.type(TYPES[file.split(".")[1]!]!).header("cache-control", "no-cache").send(bytes);
    });
  }
}

function readPageFile(file: string): Buffer {
  try {
    return readFileSync(new URL(file, FOLDER));
  } catch (error) {
    throw new GatewayError("broken", `the page's file ${file} is missing; build the gateway anew`, { cause: error });
  }
}
