import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GatewayError } from "../../core/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { writePrivate } from "./baresip-files.ts";
import { PHRASES, type PhraseName } from "./phrases.ts";
import { VOICE_LIMITS, type VoiceLimits } from "./voice-limits.ts";
import { SAMPLES_PER_S } from "./wav.ts";

/** Words a minute. */
const SPEED = "150";
/** Below the full scale, so that the filter before the lower rate has room. */
const GAIN_DB = "-3";

const RAW = ["-t", "raw", "-r", String(SAMPLES_PER_S), "-c", "1", "-b", "16", "-e", "signed-integer", "-L", "-"];

export interface PromptsOptions {
  readonly language: "zh-CN" | "en";
  /** Spoken sentences that name nobody are kept here, by the hash of their text. */
  readonly cache: string;
  /** Recorded prompts, `NAME.wav` in any rate; null: none. */
  readonly recorded: string | null;
  readonly clock: Clock;
  readonly limits?: Partial<VoiceLimits>;
}

/** Texts as sound: espeak-ng speaks, sox brings it to the telephone's rate. Gives samples as wav.ts describes them. */
export class Prompts {
  readonly #options: PromptsOptions;
  readonly #limits: VoiceLimits;
  /** What names people stays in memory, and the newest of it only. */
  readonly #texts = new Map<string, Promise<Buffer>>();
  readonly #phrases = new Map<PhraseName, Promise<Buffer>>();

  constructor(options: PromptsOptions) {
    this.#options = options;
    this.#limits = { ...VOICE_LIMITS, ...options.limits };
  }

  /** @throws {GatewayError} when it cannot be spoken. */
  phrase(name: PhraseName): Promise<Buffer> {
    const known = this.#phrases.get(name);
    if (known) return known;
    const spoken = this.#phrase(name);
    this.#phrases.set(name, spoken);
    // What failed once is tried anew: a program may have been installed meanwhile.
    spoken.catch(() => this.#phrases.delete(name));
    return spoken;
  }

  /** The text of one call; it names people, so it never lies on the disk. @throws {GatewayError} when it cannot be spoken. */
  text(text: string): Promise<Buffer> {
    const known = this.#texts.get(text) ?? this.#speak(text);
    this.#texts.delete(text);
    this.#texts.set(text, known);
    known.catch(() => this.#texts.delete(text));
    const { textsMax } = this.#limits;
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= textsMax) break;
      this.#texts.delete(oldest);
    }
    return known;
  }

  async #phrase(name: PhraseName): Promise<Buffer> {
    const { recorded, cache, language } = this.#options;
    const record = recorded === null ? null : join(recorded, `${name}.wav`);
    if (record !== null && existsSync(record)) return this.#run("sox", [record, ...RAW], "");
    const text = PHRASES[name][language === "en" ? 1 : 0];
    const file = join(cache, `${createHash("sha256").update(`${language} ${SPEED} ${text}`).digest("hex")}.pcm`);
    if (existsSync(file)) return readFileSync(file);
    const pcm = await this.#speak(text);
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    writePrivate(file, pcm);
    return pcm;
  }

  async #speak(text: string): Promise<Buffer> {
    const voice = this.#options.language === "en" ? "en" : "cmn";
    // The text goes in by a pipe: arguments can be read by everybody on the machine.
    const wav = await this.#run("espeak-ng", ["-v", voice, "-s", SPEED, "--stdin", "--stdout"], text);
    return this.#run("sox", ["-V1", "-t", "wav", "--ignore-length", "-", ...RAW, "gain", GAIN_DB], wav);
  }

  #run(program: string, args: readonly string[], input: string | Buffer): Promise<Buffer> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new GatewayError("not-reachable", `${program} ${why}`));
      const child = spawn(program, args, {
        stdio: ["pipe", "pipe", "ignore"],
        env: { PATH: process.env["PATH"], LANG: "C.UTF-8" },
      });
      const timer = clock.after(this.#limits.speakMs, () => child.kill("SIGKILL"));
      const parts: Buffer[] = [];
      child.stdout.on("data", (part: Buffer) => parts.push(part));
      // It may end before it has read everything; its exit says so.
      child.stdin.on("error", () => undefined);
      child.once("error", (error) => {
        timer.cancel();
        fail(`cannot be started: ${error.message}`);
      });
      child.once("close", (code, signal) => {
        timer.cancel();
        const pcm = Buffer.concat(parts);
        if (code === 0 && pcm.length > 0) resolve(pcm);
        else fail(`spoke nothing: ${code === null ? `signal ${signal}` : `code ${code}`}`);
      });
      child.stdin.end(input);
    });
  }
}
