import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePorts } from "../free-ports.ts";
import { until } from "../until.ts";
import { samplesOf } from "../wav.ts";

/** Real calls take their time on a busy machine. */
export const CALL_MAX_MS = 60_000;

interface PhoneEvent {
  readonly type: string;
  readonly id?: string;
  readonly direction?: string;
  readonly peeruri?: string;
  readonly param?: string;
}

export interface SipPhoneOptions {
  /** Answers by itself; else it rings until it is told. */
  readonly answers?: boolean;
  /** What is spoken into it: a WAV file of 8,000 Hz; absent: silence. */
  readonly says?: string;
  readonly user?: string;
  readonly transport?: "udp" | "tcp";
}

/** A telephone that a person could hold: a second baresip, which records what it hears. */
export class SipPhone {
  readonly events: PhoneEvent[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "okc-phone-"));
  readonly #options: SipPhoneOptions;
  #port = 0;
  #child: ChildProcess | null = null;
  #control: Socket | null = null;

  constructor(options: SipPhoneOptions = {}) {
    this.#options = options;
  }

  get uri(): string {
    const { user = "op", transport = "udp" } = this.#options;
    return `sip:${user}@127.0.0.1:${this.#port}${transport === "udp" ? "" : `;transport=${transport}`}`;
  }

  async open(): Promise<this> {
    const control = (await freePorts(1))[0]!;
    this.#port ||= await portOfTwo();
    const silent = join(this.#folder, "silent.wav");
    writeFileSync(silent, wavHeader(8_000 * 2 * 90));
    mkdirSync(join(this.#folder, "heard"), { recursive: true });
    writeFileSync(join(this.#folder, "config"), this.#config(control, this.#options.says ?? silent));
    const { user = "op", answers = true, transport = "udp" } = this.#options;
    writeFileSync(
      join(this.#folder, "accounts"),
      `<sip:${user}@127.0.0.1:${this.#port};transport=${transport}>;regint=0;audio_codecs=pcma,pcmu;answermode=${answers ? "auto" : "manual"}\n`,
    );
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", "baresip", "-f", this.#folder], {
      cwd: this.#folder,
      stdio: "ignore",
    });
    await this.#connect(control);
    return this;
  }

  async close(): Promise<void> {
    this.#control?.destroy();
    const child = this.#child;
    this.#child = null;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  command(command: string, params?: string): void {
    const text = JSON.stringify({ command, ...(params !== undefined && { params }), token: "t" });
    this.#control!.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** Presses keys, as the telephone events of RFC 4733. */
  press(keys: string): void {
    this.command("sndcode", keys);
  }

  accept(): void {
    this.command("accept");
  }

  hangUp(): void {
    this.command("hangup");
  }

  dial(uri: string): void {
    this.command("dial", uri);
  }

  /** The `count`-th event of that type so far. */
  expect(type: string, count = 1): Promise<PhoneEvent> {
    return until(
      `${type} (${count}) at the phone ${this.#options.user ?? "op"}`,
      () => this.events.filter((event) => event.type === type)[count - 1],
      CALL_MAX_MS,
    );
  }

  count(type: string): number {
    return this.events.filter((event) => event.type === type).length;
  }

  /** What it heard in its newest call so far. */
  heard(): Float64Array {
    const folder = join(this.#folder, "heard");
    const newest = readdirSync(folder)
      .filter((name) => name.endsWith("-dec.wav"))
      .sort()
      .at(-1);
    return newest === undefined || !existsSync(join(folder, newest))
      ? new Float64Array()
      : samplesOf(join(folder, newest));
  }

  async #connect(port: number): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        this.#control = await open(port);
        break;
      } catch (error) {
        if (tries > 200) throw error;
        await pause(50);
      }
    }
    let rest = "";
    this.#control.on("error", () => undefined);
    this.#control.setEncoding("utf8").on("data", (part: string) => {
      rest += part;
      for (;;) {
        const colon = rest.indexOf(":");
        const length = Number(rest.slice(0, Math.max(0, colon)));
        if (colon === -1 || rest.length < colon + length + 2) return;
        const message = JSON.parse(rest.slice(colon + 1, colon + 1 + length)) as PhoneEvent & { event?: boolean };
        rest = rest.slice(colon + length + 2);
        if (message.event === true) this.events.push(message);
      }
    });
  }

  #config(control: number, says: string): string {
    return [
      "poll_method epoll",
      `sip_listen 127.0.0.1:${this.#port}`,
      "net_interface 127.0.0.1",
      `audio_source aufile,${says}`,
      "audio_player aubridge,nobody",
      "audio_alert aubridge,alert",
      "audio_path ./none",
      "ringback_disabled yes",
      "menu_bell no",
      "statmode_default off",
      "ausrc_srate 8000",
      "auplay_srate 8000",
      "ausrc_channels 1",
      "auplay_channels 1",
      "module_path /usr/lib/baresip/modules",
      ...["g711", "aufile", "aubridge", "sndfile"].map((name) => `module ${name}.so`),
      ...["account", "menu", "ctrl_tcp"].map((name) => `module_app ${name}.so`),
      `snd_path ${join(this.#folder, "heard")}`,
      `ctrl_tcp_listen 127.0.0.1:${control}`,
      "",
    ].join("\n");
  }
}

/** A port whose successor is free too: baresip takes that one for TLS. */
async function portOfTwo(): Promise<number> {
  for (;;) {
    const [port] = await freePorts(1);
    const next = createServer().listen(port! + 1, "127.0.0.1");
    const isFree = await once(next, "listening").then(
      () => true,
      () => false,
    );
    next.close();
    if (isFree) return port!;
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("error", reject);
    socket.once("connect", () => resolve(socket));
  });
}

/** A file of silence of so many bytes. */
function wavHeader(bytes: number): Buffer {
  const file = Buffer.alloc(44 + bytes);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + bytes, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8_000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(bytes, 40);
  return file;
}
