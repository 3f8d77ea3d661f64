import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inbox } from "./inbox.ts";

/**
 * A siren command that reports to this process: each run connects, and a run that ends, whoever ended it, closes its
 * connection. What it is told to do it does: `x<code>` exits with that code. With the argument `deaf` it does not end on
 * SIGTERM, and says that it was told.
 */
export class SirenPeer {
  /** The pids of the runs, in order. */
  readonly runs = new Inbox<number>("runs");
  readonly ends = new Inbox<number>("ends");
  /** Deaf runs that were told to end. */
  readonly told = new Inbox<number>("told");
  #server: Server | null = null;
  #folder = "";
  readonly #sockets = new Map<number, Socket>();

  /** A program that is not there until `install`. */
  get command(): readonly string[] {
    return [join(this.#folder, "siren"), String((this.#server!.address() as AddressInfo).port)];
  }

  /** Runs that sound now. */
  get sounding(): number {
    return this.#sockets.size;
  }

  async open(): Promise<this> {
    this.#folder = await mkdtemp(join(tmpdir(), "siren-peer-"));
    this.#server = createServer((socket) => {
      let pid = 0;
      socket.on("data", (chunk) => {
        const said = chunk.toString();
        if (said === "told") return void this.told.push(pid);
        pid = Number(said);
        this.#sockets.set(pid, socket);
        this.runs.push(pid);
      });
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(pid);
        this.ends.push(pid);
      });
    });
    await new Promise<void>((resolve) => this.#server!.listen(0, "127.0.0.1", resolve));
    return this;
  }

  async install(): Promise<void> {
    const script = `#!${process.execPath}
if (process.argv[3] === "deaf") process.on("SIGTERM", () => socket.write("told"));
const socket = require("node:net").connect(Number(process.argv[2]), "127.0.0.1");
socket.on("connect", () => socket.write(String(process.pid)));
socket.on("data", (order) => process.exit(Number(String(order).slice(1))));
socket.on("close", () => process.exit(0));
`;
    await writeFile(this.command[0]!, script);
    await chmod(this.command[0]!, 0o755);
  }

  async remove(): Promise<void> {
    await rm(this.command[0]!, { force: true });
  }

  /** Lets the run that sounds end with that code. */
  end(code: number): void {
    for (const socket of this.#sockets.values()) socket.write(`x${code}`);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.values()) socket.destroy();
    await new Promise<void>((resolve) => this.#server!.close(() => resolve()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
