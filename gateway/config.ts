import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { overlayEnvironment } from "./config/environment.ts";
import { SITE_FILE } from "./config/schema.ts";
import type { SiteFile } from "./config/schema.ts";
import { readYaml } from "./config/source.ts";
import type { ConfigProblem, SourceMap } from "./config/source.ts";

export type { ConfigProblem } from "./config/source.ts";
export type * from "./config/schema.ts";
export type { Listen } from "./config/values.ts";

/** The configuration of a site, checked and frozen to its last leaf. */
export interface Config extends SiteFile {
  /** The path of the file it came from, absolute. */
  readonly file: string;
}

/** sysexits.h EX_CONFIG. */
const EXIT_CONFIG = 78;

/** Says everything that is wrong with a configuration at once; the message has one line a problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly exitCode = EXIT_CONFIG;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(lineFor).join("\n"));
    this.problems = problems;
  }
}

function lineFor({ file, line, path, message }: ConfigProblem): string {
  const place = line === null ? file : `${file}:${line}`;
  return path === "" ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
}

/**
 * Which file is meant: `file` (from `--config`), else the variable `OKC_CONFIG`, else okc.yaml in `cwd`. Absolute.
 */
export function configFileOf({ file, env, cwd }: { file?: string; env: NodeJS.ProcessEnv; cwd: string }): string {
  return resolve(cwd, file ?? (env["OKC_CONFIG"] || "okc.yaml"));
}

/**
 * Reads and checks the configuration. Relative paths in it start from its own folder.
 * @throws {ConfigError} with all that is wrong; nothing is ever guessed in its place.
 */
export function loadConfig(from: { file?: string; env: NodeJS.ProcessEnv; cwd: string }): Config {
  const file = configFileOf(from);
  const problems: ConfigProblem[] = [];
  const root = readYaml(bytesOf(file), file, problems);
  const config = root === null ? undefined : check(root, file, from.env, problems);
  if (config === undefined || problems.length > 0) throw new ConfigError(inOrder(problems));
  return deepFreeze(config);
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const message = missing
      ? "no such file; write it, or name another by --config FILE or OKC_CONFIG"
      : `cannot be read: ${(error as Error).message}`;
    throw new ConfigError([{ file, line: null, path: "", message }]);
  }
}

function check(
  root: SourceMap,
  file: string,
  env: NodeJS.ProcessEnv,
  problems: ConfigProblem[],
): (Config & Record<string, unknown>) | undefined {
  overlayEnvironment(root, SITE_FILE, env, problems);
  const folder = dirname(file);
  const values = SITE_FILE.read(root, { folder, problems });
  return values === undefined ? undefined : { file, ...values, data: resolve(folder, values.data) };
}

/** By line, what has no line last. */
const inOrder = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] =>
  [...problems].sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0);

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value) as unknown[]) {
    if (typeof part === "object" && part !== null && !Object.isFrozen(part)) deepFreeze(part);
  }
  return Object.freeze(value);
}
