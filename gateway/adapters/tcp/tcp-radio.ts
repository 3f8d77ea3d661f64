import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { TcpDefinition } from "../../core/definition.ts";
import type { SayOrder } from "../../core/report.ts";
import type { DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { Radio, ReportSink } from "../../ports/radio.ts";
import { Admission } from "./admission.ts";
import { Connections } from "./connections.ts";
import { DeviceConnection } from "./device-connection.ts";
import {
  IDLE_INTERVALS,
  IDLE_LONGEST_MS,
  KEEP_ALIVE_MS,
  LISTEN_BACKLOG,
  TCP_LIMITS,
  type TcpLimits,
} from "./limits.ts";
import { shownRemote } from "./remote.ts";
import { Tally } from "./tally.ts";

export interface TcpRadioOptions {
  /** Port 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly definition: TcpDefinition;
  readonly sink: ReportSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Other bounds than the usual, for tests. */
  readonly limits?: Partial<TcpLimits>;
}

/** A line's name: a port is listened on once. */
export const tcpLine = (protocol: string, port: number): string => `tcp:${protocol}:${port}`;

/** A port that devices connect to by themselves, over a mobile network. Its line is `tcp:<protocol>:<port>`. */
export class TcpRadio implements Radio {
  readonly line: string;
  readonly #options: TcpRadioOptions;
  readonly #limits: TcpLimits;
  readonly #idleMs: DurationMs;
  readonly #tally: Tally;
  readonly #connections: Connections<DeviceConnection>;
  readonly #serving = new Set<Promise<void>>();
  readonly #timers = new Map<"listen" | "sweep" | "say", Timer>();
  #admission: Admission | null = null;
  #server: Server | null = null;
  #isStopped = false;
  #said: string | null | undefined = undefined;

  constructor(options: TcpRadioOptions) {
    const { definition, listen, log, meter } = options;
    this.line = tcpLine(definition.bridge, listen.port);
    this.#options = options;
    this.#limits = { ...TCP_LIMITS, ...options.limits };
    const usualMs = (definition.supervision.heartbeatEveryMs ?? 0) * IDLE_INTERVALS;
    this.#idleMs = Math.min(IDLE_LONGEST_MS, Math.max(this.#limits.idleMs, usualMs));
    this.#tally = new Tally(this.line, log, meter);
    this.#connections = new Connections(this.#limits);
  }

  /** The port it listens on, or null. */
  get port(): number | null {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? null;
  }

  /** Resolves after the first try to listen; a port that is taken is tried for ever. Never rejects. */
  async start(): Promise<void> {
    const { definition, sink, clock } = this.#options;
    this.#admission = new Admission(definition.bridge, sink, this.#limits, this.#tally, clock.now());
    this.#every("sweep", this.#limits.sweepEveryMs, () => this.#sweep());
    this.#every("say", this.#limits.saidEveryMs, () => this.#tally.say());
    await this.#listen();
  }

  say(order: SayOrder): void {
    this.#options.sink.unsaid(order, `${order.bridge} has no way back to its devices`);
  }

  hush(): void {
    // Nothing is ever said.
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    const server = this.#server;
    this.#server = null;
    const closed = server && new Promise<void>((resolve) => void server.close(() => resolve()));
    for (const one of [...this.#connections.all]) one.close("stopped");
    await Promise.all([closed, ...this.#serving]);
    this.#tally.say();
  }

  async #listen(): Promise<void> {
    const server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, allowHalfOpen: true },
      (socket) => this.#connected(socket),
    );
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ ...this.#options.listen, backlog: LISTEN_BACKLOG }, () => {
          server.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      return this.#failed(error);
    }
    if (this.#isStopped) return void server.close();
    server.on("error", (error) => this.#failed(error));
    this.#server = server;
    this.#turn(null);
  }

  #failed(error: unknown): void {
    if (this.#isStopped) return;
    this.#server?.close();
    this.#server = null;
    this.#turn(error instanceof Error ? error.message : String(error));
    const again = this.#options.clock.after(this.#limits.listenRetryMs, () => void this.#listen());
    this.#timers.set("listen", again);
  }

  #connected(socket: Socket): void {
    const { meter } = this.#options;
    const one = new DeviceConnection(socket, {
      ...this.#options,
      line: this.line,
      limits: this.#limits,
      tally: this.#tally,
      admission: this.#admission!,
      connections: this.#connections,
    });
    if (this.#isStopped || !this.#connections.admit(one)) {
      this.#tally.add("crowded", shownRemote(socket.remoteAddress ?? "unknown"), "too-many");
      socket.on("error", () => undefined);
      socket.destroy();
      return;
    }
    meter.count("okc_tcp_connections_total", { line: this.line });
    this.#gauge();
    const served = one.serve().then(() => {
      this.#connections.left(one);
      this.#serving.delete(served);
      this.#gauge();
    });
    this.#serving.add(served);
  }

  #gauge(): void {
    this.#options.meter.gauge("okc_tcp_connections", this.#connections.all.size, { line: this.line });
  }

  #sweep(): void {
    const now = this.#options.clock.now();
    for (const one of [...this.#connections.all]) one.review(now, this.#idleMs);
  }

  #every(name: "sweep" | "say", everyMs: DurationMs, run: () => void): void {
    const again = (): void => {
      const timer = this.#options.clock.after(everyMs, () => {
        run();
        again();
      });
      this.#timers.set(name, timer);
    };
    again();
  }

  /** Null: it listens. */
  #turn(why: string | null): void {
    if (why === this.#said) return;
    this.#said = why;
    const { log, meter, sink } = this.#options;
    meter.gauge("okc_tcp_up", why === null ? 1 : 0, { line: this.line });
    if (why === null) log.info(`${this.line}: listening`, { line: this.line });
    else
      log.error(`${this.line}: does not listen: ${why}; free the port or take another, it is tried again and again`, {
        line: this.line,
      });
    sink.lineState(this.line, why === null, why ?? "listening");
  }
}
