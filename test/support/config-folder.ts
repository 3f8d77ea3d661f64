import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ConfigError, loadConfig } from "../../gateway/config.ts";
import type { Config } from "../../gateway/config.ts";

/** A folder of its own with an okc.yaml in it, gone after the test. */
export class ConfigFolder {
  readonly path = mkdtempSync(join(tmpdir(), "okc-config-"));
  readonly file = join(this.path, "okc.yaml");

  write(content: string | Uint8Array, name = "okc.yaml"): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  load(yaml: string | Uint8Array, env: NodeJS.ProcessEnv = {}): Config {
    this.write(yaml);
    return loadConfig({ env, cwd: this.path });
  }

  /** The problems as `line path: message`, or `path: message` for what the environment says. */
  refuse(yaml: string | Uint8Array, env: NodeJS.ProcessEnv = {}): readonly string[] {
    return this.refusal(yaml, env).problems.map(
      ({ line, path, message }) => `${line === null ? "" : `${line} `}${path}: ${message}`,
    );
  }

  refusal(yaml: string | Uint8Array, env: NodeJS.ProcessEnv = {}): ConfigError {
    try {
      this.load(yaml, env);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
    throw new Error("the configuration was accepted");
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
