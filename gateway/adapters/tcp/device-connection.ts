import type { Socket } from "node:net";
import { Allowance } from "../../core/allowance.ts";
import { UNNAMED, type TcpDefinition, type TcpPiece, type TcpSession } from "../../core/definition.ts";
import { deviceIdOf, type DecodedReport } from "../../core/report.ts";
import { seconds, type EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { ReportSink } from "../../ports/radio.ts";
import type { Admission } from "./admission.ts";
import type { Booked, Connections } from "./connections.ts";
import { RAW_CHARS_MAX, type TcpLimits } from "./limits.ts";
import { remoteKey, shownRemote } from "./remote.ts";
import type { Tally } from "./tally.ts";

export interface ConnectionParts {
  readonly line: string;
  readonly definition: TcpDefinition;
  readonly sink: ReportSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits: TcpLimits;
  readonly tally: Tally;
  readonly admission: Admission;
  readonly connections: Connections<DeviceConnection>;
}

/** Why the gateway ends a connection. */
type Why = "makes-room" | "replaced" | "idle" | "silent" | "garbage" | "slow" | "failed" | "stopped";

/**
 * One connection of a device. Frames are reported as they come and answered in their order, each when all that was
 * reported before it is safe. What the journal does not take waits, first here, then in the kernel, then in the device.
 */
export class DeviceConnection implements Booked {
  readonly remote: { readonly shown: string; readonly key: string };
  isKnown = false;
  readonly #socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #session: TcpSession;
  readonly #pace: Allowance;
  #readAt: EpochMs;
  #hasRead = false;
  #garbage = 0;
  #unsafe = 0;
  #isClosed = false;
  #answered: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(socket: Socket, parts: ConnectionParts) {
    const shown = shownRemote(socket.remoteAddress ?? "unknown");
    this.remote = { shown, key: remoteKey(shown) };
    this.#socket = socket;
    this.#parts = parts;
    this.#session = parts.definition.createSession();
    this.#readAt = parts.clock.now();
    this.#pace = new Allowance(parts.limits.frames, this.#readAt);
  }

  get remoteKey(): string {
    return this.remote.key;
  }

  /** Serves the device until either side ends. Never rejects. */
  async serve(): Promise<void> {
    this.#socket.on("error", () => undefined);
    try {
      for await (const bytes of this.#socket.iterator({ destroyOnReturn: false }))
        await this.#read(bytes as Uint8Array);
      // It may have said its last and wait for the answer.
      await this.#answered;
      this.#socket.end();
    } catch {
      // The connection broke: what was reported stands, and the device comes back.
    } finally {
      this.#isClosed = true;
      this.#socket.destroy();
    }
  }

  close(why: Why): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (why !== "stopped") this.#parts.tally.add("closed", this.remote.shown, why);
    this.#socket.destroy();
    this.#wake();
  }

  /** Closes what has nothing more to say. `idleMs` is how long a device may be silent. */
  review(now: EpochMs, idleMs: number): void {
    // A clock that was set back: measured anew, or a dead connection would stay for as long.
    this.#readAt = Math.min(this.#readAt, now);
    if (this.#unsafe > 0) return;
    const silentMs = now - this.#readAt;
    if (!this.#hasRead && silentMs >= this.#parts.limits.firstFrameMs) this.close("silent");
    else if (silentMs >= idleMs) this.close("idle");
  }

  async #read(bytes: Uint8Array): Promise<void> {
    for (const piece of this.#session.push(bytes, this.#parts.clock.now())) {
      await this.#turn();
      if (this.#isClosed) return;
      this.#take(piece);
    }
  }

  /** Waits for its turn: the journal has room for one more frame, and so has its rate. */
  async #turn(): Promise<void> {
    const { clock, limits } = this.#parts;
    while (!this.#isClosed && this.#unsafe >= limits.unsafeFramesMax) await this.#wakened(null);
    while (!this.#isClosed && !this.#pace.take(clock.now())) await this.#wakened(seconds(1) / limits.frames.perSecond);
  }

  #wakened(afterMs: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer | null = afterMs === null ? null : this.#parts.clock.after(afterMs, resolve);
      this.#wake = () => {
        timer?.cancel();
        resolve();
      };
    });
  }

  #take({ frame, decoded, reply }: TcpPiece): void {
    if (decoded.type === "rejected") return this.#reject(decoded.code);
    this.#hasRead = true;
    this.#garbage = 0;
    this.#readAt = this.#parts.clock.now();
    const safe = decoded.type === "reports" ? this.#report(decoded.reports, frame) : Promise.resolve(true);
    this.#unsafe++;
    const before = this.#answered;
    this.#answered = safe.then(async (isSafe) => {
      await before;
      if (isSafe && reply) this.#write(reply);
    });
    void this.#answered.then(
      () => this.#settled(),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Resolves when all of it is safe; false where something of it was told to nobody. */
  async #report(decoded: readonly DecodedReport[], frame: Uint8Array): Promise<boolean> {
    const { line, definition, sink, clock, meter, admission, connections } = this.#parts;
    const receivedAt = clock.now();
    const raw = Buffer.from(frame)
      .toString(definition.raw === "hex" ? "hex" : "latin1")
      .slice(0, RAW_CHARS_MAX);
    const safe: Promise<unknown>[] = [];
    let isWhole = true;
    for (const one of decoded) {
      const report = one.address === UNNAMED ? { ...one, address: `${UNNAMED}-${this.remote.shown}` } : one;
      this.isKnown ||= admission.isKnown(report);
      if (one.address !== UNNAMED) connections.claim(deviceIdOf(definition.bridge, one.address), this);
      const admitted = admission.take(report, this.remote, receivedAt);
      isWhole &&= admitted !== "refused";
      if (admitted !== "passed") continue;
      meter.count("okc_tcp_reports_total", { line });
      safe.push(sink.report({ ...report, bridge: definition.bridge, line, transport: "tcp", receivedAt, raw }));
    }
    await Promise.all(safe);
    return isWhole;
  }

  #settled(): void {
    this.#unsafe--;
    this.#wake();
  }

  /** Unanswered, the device says it again. */
  #fail(error: unknown): void {
    if (this.#isClosed) return;
    const { log, line } = this.#parts;
    log.error(`${line}: a report could not be taken; the connection is closed, and the device says it again`, {
      line,
      error: String(error),
    });
    this.close("failed");
  }

  #write(reply: Uint8Array): void {
    if (this.#isClosed || !this.#socket.writable) return;
    if (this.#socket.writableLength + reply.length > this.#parts.limits.replyBytesMax) return this.close("slow");
    this.#socket.write(reply);
    this.#parts.meter.count("okc_tcp_replies_total", { line: this.#parts.line });
  }

  #reject(code: string): void {
    this.#parts.tally.add("rejected", this.remote.shown, code);
    if (++this.#garbage >= this.#parts.limits.garbageMax) this.close("garbage");
  }
}
