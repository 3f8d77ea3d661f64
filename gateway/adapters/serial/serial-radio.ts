import type { Decoded, DecodedReport, Framer, RejectCode, SerialDefinition } from "../../core/definition.ts";
import type { SayOrder } from "../../core/report.ts";
import { minutes, seconds } from "../../core/units.ts";
import type { DurationMs } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { Radio, ReportSink } from "../../ports/radio.ts";
import { createDevicePort } from "./device-port.ts";
import type { CreatePort } from "./device-port.ts";
import { FLOOD_BURST, FLOOD_PER_SECOND, FloodLimit } from "./flood-limit.ts";
import { LinePulse } from "./line-pulse.ts";
import { LogLimit } from "./log-limit.ts";
import { SayRepeats } from "./say-repeats.ts";
import { SerialLine } from "./serial-line.ts";

const REJECTED_LOG_EVERY_MS = seconds(1);
const FLOOD_LOG_EVERY_MS = minutes(1);
const REOPEN_MS = seconds(1);
const WATCH_EVERY_MS = seconds(2);
const HANG_AFTER_MS = minutes(15);
const STALL_AFTER_MS = seconds(30);
/** The journal keeps this much of a frame, as hex. */
const MAX_RAW_CHARS = 512;

export interface SerialRadioOptions {
  /** The device node: `/dev/ttyUSB0`. */
  readonly path: string;
  readonly definition: SerialDefinition;
  readonly baud: number;
  readonly sink: ReportSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Pause between two tries to open the port; 1 s. */
  readonly reopenMs?: DurationMs;
  /** How often the watchdog probes the device, so the longest a silent hang-up goes unseen; 2 s. */
  readonly watchEveryMs?: DurationMs;
  /** No byte for this long: the port is opened anew, on suspicion only; 15 min. */
  readonly hangAfterMs?: DurationMs;
  /** Where ports come from; the serialport library unless a test says otherwise. */
  readonly createPort?: CreatePort;
}

/** A dongle on a serial port: hears devices, tells wearers. Its line is `serial:<path>`. */
export class SerialRadio implements Radio {
  readonly line: string;
  readonly #options: SerialRadioOptions;
  readonly #port: SerialLine;
  readonly #framer: Framer;
  readonly #repeats: SayRepeats;
  readonly #pulse: LinePulse | null;
  readonly #flood = new FloodLimit();
  readonly #rejections: LogLimit<{ code: RejectCode; message: string }>;
  readonly #floods: LogLimit<string>;
  #up: boolean | null = null;

  constructor(options: SerialRadioOptions) {
    this.line = `serial:${options.path}`;
    this.#options = options;
    this.#framer = options.definition.createFramer();
    this.#port = this.#createLine();
    this.#repeats = new SayRepeats({
      clock: options.clock,
      write: (bytes) => this.#write(bytes),
      said: (order) => options.sink.said(order, options.clock.now()),
      unsaid: (order, why) => this.#giveUp(order, why),
    });
    this.#pulse = this.#createPulse();
    this.#rejections = new LogLimit(options.clock, REJECTED_LOG_EVERY_MS, (rejected, suppressed) =>
      this.#logRejection(rejected.code, rejected.message, suppressed),
    );
    this.#floods = new LogLimit(options.clock, FLOOD_LOG_EVERY_MS, (address, suppressed) =>
      this.#logFlood(address, suppressed),
    );
  }

  /** Whether the port is open at this moment. */
  get isOpen(): boolean {
    return this.#port.isOpen;
  }

  /** Resolves after the first try to open; a port that is not there is tried for ever. Never rejects. */
  start(): Promise<void> {
    return this.#port.start();
  }

  say(order: SayOrder): void {
    const { sink, definition } = this.#options;
    const key = sink.keyOf(order.bridge, order.address);
    if (!definition.encodeSay) this.#giveUp(order, `${definition.bridge} has no way back to its devices`);
    else if (!key) this.#giveUp(order, key === null ? "the device has no key" : "no such device");
    else this.#repeats.say(order, definition.encodeSay(order, key));
  }

  hush(_bridge: string, address: string): void {
    this.#repeats.hush(address);
  }

  async stop(): Promise<void> {
    this.#pulse?.stop();
    this.#repeats.stop();
    await this.#port.stop();
    this.#rejections.stop();
    this.#floods.stop();
  }

  #createLine(): SerialLine {
    const { path, baud, clock, reopenMs, watchEveryMs, hangAfterMs, createPort } = this.#options;
    return new SerialLine({
      path,
      baud,
      clock,
      createPort: createPort ?? createDevicePort,
      reopenMs: reopenMs ?? REOPEN_MS,
      watchEveryMs: watchEveryMs ?? WATCH_EVERY_MS,
      hangAfterMs: hangAfterMs ?? HANG_AFTER_MS,
      stallAfterMs: STALL_AFTER_MS,
      events: {
        opened: () => {
          this.#framer.reset();
          this.#repeats.reopened();
          this.#pulse?.opened();
          this.#options.meter.count("okc_serial_opened_total", { line: this.line });
        },
        bytes: (bytes) => this.#hear(bytes),
        state: (up, why) => this.#changed(up, why),
        renewed: (why) => this.#logRenewal(why),
      },
    });
  }

  /** An open port proves no bridge behind it: one that can be asked is up when it has spoken. */
  #createPulse(): LinePulse | null {
    const { definition, clock } = this.#options;
    const { pulse } = definition;
    if (!pulse) return null;
    return new LinePulse({
      pulse,
      clock,
      ask: (bytes) => void this.#write(bytes),
      speaks: () => this.#turn(true, "open, and the bridge answers"),
      mute: (forMs) => {
        const why = `open but mute: the bridge has not answered for ${Math.round(forMs / 1_000)} s`;
        this.#options.log.error(`${this.line}: ${why}; check its plug and its firmware`, { line: this.line });
        this.#setUp(false, why);
        this.#port.renew(why);
      },
    });
  }

  #changed(up: boolean, why: string): void {
    if (!up) this.#pulse?.stop();
    if (!up || !this.#pulse) this.#turn(up, why);
  }

  #hear(bytes: Uint8Array): void {
    for (const piece of this.#framer.push(bytes)) {
      if ("rejected" in piece) this.#reject(piece.rejected.code, piece.rejected.message);
      else this.#take(piece.frame);
    }
  }

  #take(frame: Uint8Array): void {
    const decoded: Decoded = this.#options.definition.decode(frame, (address) => this.#keyOf(address));
    if (decoded.type === "rejected") return this.#reject(decoded.code, decoded.message);
    this.#pulse?.heard();
    if (decoded.type === "echo") this.#repeats.echoed(decoded.address, decoded.counter, decoded.say);
    else if (decoded.type === "bridge") this.#note(decoded.state, decoded.detail);
    else if (decoded.type === "reports") for (const report of decoded.reports) this.#report(report, frame);
  }

  #note(state: string, detail: string): void {
    if (state !== "restarted") return;
    this.#options.meter.count("okc_serial_bridge_restarts_total", { line: this.line });
    this.#options.log.info(`${this.line}: the bridge has started anew: ${detail}`, { line: this.line });
  }

  #report(report: DecodedReport, frame: Uint8Array): void {
    const { clock, sink, definition, meter } = this.#options;
    const receivedAt = clock.now();
    if (!this.#flood.allows(report, this.#keyOf(report.address) !== undefined, receivedAt)) {
      meter.count("okc_serial_flood_dropped_total", { line: this.line });
      this.#floods.add(report.address);
      return;
    }
    meter.count("okc_serial_reports_total", { line: this.line });
    const raw = Buffer.from(frame)
      .toString(definition.raw === "hex" ? "hex" : "latin1")
      .slice(0, MAX_RAW_CHARS);
    // Not awaited: a serial line has nothing to acknowledge, the app answers by `say` when the report is safe.
    void sink.report({ ...report, bridge: definition.bridge, line: this.line, transport: "serial", receivedAt, raw });
  }

  #keyOf(address: string): Uint8Array | null | undefined {
    return this.#options.sink.keyOf(this.#options.definition.bridge, address);
  }

  #write(bytes: Uint8Array): Promise<void> | null {
    const written = this.#port.write(bytes);
    const name = written ? "okc_serial_writes_total" : "okc_serial_writes_refused_total";
    this.#options.meter.count(name, { line: this.line });
    return written;
  }

  #giveUp(order: SayOrder, why: string): void {
    this.#options.meter.count("okc_serial_unsaid_total", { line: this.line });
    this.#options.sink.unsaid(order, why);
  }

  #reject(code: RejectCode, message: string): void {
    this.#options.meter.count("okc_serial_rejected_total", { line: this.line, code });
    this.#rejections.add({ code, message });
  }

  #turn(up: boolean, why: string): void {
    const { log, reopenMs } = this.#options;
    if (up) log.info(`${this.line}: open`, { line: this.line });
    else
      log.error(
        `${this.line}: not open: ${why}; check the plug and the path, it is tried every ${reopenMs ?? REOPEN_MS} ms`,
        { line: this.line },
      );
    this.#setUp(up, why);
  }

  #setUp(up: boolean, why: string): void {
    if (up === this.#up) return;
    this.#up = up;
    const { meter, sink } = this.#options;
    meter.gauge("okc_serial_up", up ? 1 : 0, { line: this.line });
    sink.lineState(this.line, up, why);
  }

  #logRenewal(why: string): void {
    this.#options.meter.count("okc_serial_renewed_total", { line: this.line });
    this.#options.log.info(`${this.line}: ${why}; the port is opened anew as a precaution`, { line: this.line });
  }

  #logRejection(code: RejectCode, message: string, suppressed: number): void {
    this.#options.log.warn(
      `${this.line}: not a frame of ours (${code}): ${message}; check baud rate, cable and aerial if it goes on`,
      { line: this.line, code, suppressed },
    );
  }

  #logFlood(address: string, suppressed: number): void {
    const device = `${this.#options.definition.bridge}:${address}`;
    this.#options.log.warn(
      `${this.line}: ${device} sends more than ${FLOOD_PER_SECOND} reports a second (${FLOOD_BURST} at once), the rest is dropped; look for a stuck key or a forger`,
      { line: this.line, device, suppressed },
    );
  }
}
