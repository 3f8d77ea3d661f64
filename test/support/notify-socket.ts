import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";

/** Node has no datagram sockets of Unix: prints what arrives, a line each. */
const LISTEN = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True:
    print(s.recv(4096).decode().replace("\\n", " "), flush=True)
`;

/** The supervisor's end of sd_notify: a real datagram socket. */
export class NotifySocket {
  readonly #folder = mkdtempSync(join(tmpdir(), "okc-notify-"));
  readonly path = join(this.#folder, "notify");
  #child: ChildProcess | null = null;
  #text = "";

  static async open(): Promise<NotifySocket> {
    const socket = new NotifySocket();
    const child = spawn("python3", ["-c", LISTEN, socket.path], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.setEncoding("utf8").on("data", (chunk) => (socket.#text += String(chunk)));
    socket.#child = child;
    await until("the socket to listen", () => socket.#text.startsWith("listening\n"));
    return socket;
  }

  /** What the gateway said, in order; systemd-notify's own barrier is left out. */
  get words(): readonly string[] {
    return this.#text
      .split("\n")
      .slice(1, -1)
      .filter((word) => word !== "BARRIER=1");
  }

  countOf(word: string): number {
    return this.words.filter((one) => one === word).length;
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
