import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "./recording-sink.ts";

/** An MQTT broker beside the gateway, as a site may already have one: mosquitto on 127.0.0.1, open to everyone. */
export class Mosquitto {
  readonly #folder = mkdtempSync(join(tmpdir(), "okc-mosquitto-"));
  #port = 0;
  #child: ChildProcess | null = null;

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`;
  }

  /** Resolves when it runs; a later start takes the same port. It keeps retained messages while it runs, no longer. */
  async start(): Promise<this> {
    this.#port ||= await freePort();
    const config = join(this.#folder, "mosquitto.conf");
    writeFileSync(config, `listener ${this.#port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
    const child = spawn("/usr/sbin/mosquitto", ["-c", config, "-v"], { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    let output = "";
    const running = new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.stderr.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-4_096);
        if (/mosquitto version \S+ running/.test(output)) resolve();
      });
    });
    await within(running, "mosquitto to run");
    return this;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await within(ended, "mosquitto to end");
  }

  /** Stops it and removes its folder. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
