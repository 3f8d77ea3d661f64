import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GatewayError } from "../../core/errors.ts";

/** Beside the bundle; in the source tree, where the build puts it. */
const FOLDERS = ["./console/", "../../../dist/console/"];

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  webmanifest: "application/manifest+json",
  svg: "image/svg+xml",
  woff2: "font/woff2",
  mp3: "audio/mpeg",
  wav: "audio/wav",
};

export interface ConsoleFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/**
 * The built pages. Which files there are is read once, and nothing else is ever read; each is read at its first use
 * and kept. Throws GatewayError `broken` when the pages were not built.
 */
export class ConsoleFiles {
  readonly #folder: URL;
  readonly #names: ReadonlySet<string>;
  readonly #read = new Map<string, ConsoleFile>();

  constructor() {
    const folder = FOLDERS.map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url));
    if (!folder) throw new GatewayError("broken", "the pages are missing; build the gateway anew (npm run build)");
    this.#folder = folder;
    this.#names = new Set(namesBelow(fileURLToPath(folder)));
  }

  /** Null: there is no such file. `name` is relative to the pages' folder: `assets/desk.js`. */
  find(name: string): ConsoleFile | null {
    if (!this.#names.has(name)) return null;
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    const file = this.#read.get(name) ?? { type, bytes: readFileSync(new URL(name, this.#folder)) };
    this.#read.set(name, file);
    return file;
  }
}

function namesBelow(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return all.filter((name) => statSync(`${folder}/${name}`).isFile());
}
