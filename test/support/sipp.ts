import { spawn, type ChildProcess } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "./free-ports.ts";

/** SIPp (Debian `sip-tester`) with a scenario of `test/support/sipp/`. */
export class Sipp {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "okc-sipp-"));
  readonly #child: ChildProcess;
  #output = "";

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    const common = ["-i", "127.0.0.1", "-p", String(port), "-nostdin", "-trace_err"];
    this.#child = spawn("sipp", [...args, ...common], { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: Buffer): void => void (this.#output = (this.#output + chunk.toString()).slice(-4_096));
    this.#child.stdout!.on("data", keep);
    this.#child.stderr!.on("data", keep);
  }

  /** A receiver. Each call of it, heartbeats too, takes the next value of `fields`; after the last it begins again. */
  static async receiver(
    scenario: string,
    fields: readonly (string | number)[],
    transport: "udp" | "tcp" = "udp",
  ): Promise<Sipp> {
    const [port] = await freePorts(1);
    const values = join(mkdtempSync(join(tmpdir(), "okc-sipp-")), "fields.csv");
    writeFileSync(values, ["SEQUENTIAL", ...fields.map((value) => `${value};`), ""].join("\n"));
    return new Sipp(port!, ["-sf", fileOf(scenario), "-inf", values, "-t", transport === "udp" ? "u1" : "t1"]);
  }

  /** A caller: one run of the scenario towards a port. */
  static async caller(scenario: string, to: number): Promise<Sipp> {
    const [port] = await freePorts(1);
    return new Sipp(port!, ["-sf", fileOf(scenario), "-m", "1", "-timeout", "20s", `127.0.0.1:${to}`]);
  }

  /** Resolves with the exit code: 0 when every call went as the scenario has it. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    return this.#child.exitCode;
  }

  /** The last lines that it wrote. */
  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const fileOf = (scenario: string): string => fileURLToPath(new URL(`sipp/${scenario}.xml`, import.meta.url));

/** A stretch of network between the gateway and a receiver that loses the datagrams it is told to. */
export class LossyWire {
  /** Of those that follow: how many of the gateway's, and of the receiver's, are lost. */
  loseOurs = 0;
  loseTheirs = 0;
  lost = 0;
  readonly #near = createSocket("udp4");
  readonly #far = createSocket("udp4");
  readonly #to: number;
  #back: AddressInfo | null = null;

  private constructor(to: number) {
    this.#to = to;
  }

  static async to(port: number): Promise<LossyWire> {
    const wire = new LossyWire(port);
    await Promise.all([wire.#near, wire.#far].map((socket) => bind(socket)));
    wire.#near.on("message", (bytes, from) => {
      wire.#back = from as unknown as AddressInfo;
      if (wire.loseOurs > 0) wire.loseOurs -= wire.#lose();
      else wire.#far.send(bytes, wire.#to, "127.0.0.1");
    });
    wire.#far.on("message", (bytes) => {
      if (wire.loseTheirs > 0) wire.loseTheirs -= wire.#lose();
      else if (wire.#back) wire.#near.send(bytes, wire.#back.port, wire.#back.address);
    });
    return wire;
  }

  get port(): number {
    return this.#near.address().port;
  }

  #lose(): number {
    this.lost++;
    return 1;
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }
}

async function bind(socket: Socket): Promise<void> {
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
}
