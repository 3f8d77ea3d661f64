import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createLineFramer } from "../../devices/parts/line-framer.ts";
import { said } from "../../devices/parts/said.ts";
import { createTcpSession } from "../../devices/parts/tcp-session.ts";
import { bytesOf, latin1 } from "../../devices/parts/text.ts";
import { TcpRadio, type TcpRadioOptions } from "../../gateway/adapters/tcp/tcp-radio.ts";
import { UNNAMED, type Decoded, type TcpDefinition } from "../../gateway/core/definition.ts";
import { seconds } from "../../gateway/core/units.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "./recording-sink.ts";
import { TestClock } from "./test-clock.ts";
import { until } from "./until.ts";

/** Lines as `ID 17`, `SOS`, `BAT 40`, `PING`, `ODD`, answered with `OK` and the line. */
export const lineProtocol: TcpDefinition = {
  transport: "tcp",
  bridge: "lines",
  supervision: { heartbeatEveryMs: null, silentAfterMs: null },
  addressForm: "digits",
  normalizeAddress: (address) => (/^\d+$/.test(address) ? address : null),
  raw: "text",
  createSession: () =>
    createTcpSession(createLineFramer(64), (frame, login) => {
      const line = latin1(frame);
      const [word, value] = line.split(" ");
      if (word === "ID") login.address = value ?? null;
      const from = { ...said(login.address ?? UNNAMED, "none"), wireId: login.address };
      const one = { ...from, kind: "other", press: null } as const;
      const reports = {
        ID: [],
        SOS: [{ ...one, kind: "emergency", press: "sos", repeatMs: seconds(60) } as const],
        BAT: [{ ...one, batteryPct: Number(value) }],
        PING: [{ ...one, kind: "heartbeat" } as const],
        ODD: [{ ...one, unclear: "alarm 99" }],
        FLAT: [{ ...one, kind: "low_battery" } as const],
      }[word!];
      const decoded: Decoded = reports
        ? reports.length > 0
          ? { type: "reports", reports }
          : { type: "nothing", what: "a login" }
        : { type: "rejected", code: "bad-field", message: "no such word" };
      return reports ? { decoded, reply: bytesOf(`OK ${line}\n`) } : { decoded };
    }),
};

/** A device's end of a connection: what it was answered, and whether it was cut off. */
export class TcpDevice {
  readonly socket: Socket;
  answers = "";
  isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => (this.answers += bytes.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => (this.isClosed = true));
  }

  static async connect(port: number, localAddress = "127.0.0.1"): Promise<TcpDevice> {
    const socket = connect({ port, host: "127.0.0.1", localAddress, noDelay: true });
    const device = new TcpDevice(socket);
    await once(socket, "connect");
    return device;
  }

  send(text: string): void {
    this.socket.write(text, "latin1");
  }

  async answered(text: string): Promise<void> {
    await until(`the answer ${JSON.stringify(text)}, not ${JSON.stringify(this.answers)}`, () => this.answers === text);
  }

  async cutOff(): Promise<void> {
    await until("the connection to be closed", () => this.isClosed);
  }
}

/** A listener on a free port, with what it told the app. `end` it when done. */
export class TcpSite {
  readonly clock = new TestClock();
  readonly sink = new RecordingSink();
  readonly meter = new RecordingMeter();
  readonly log = new RecordingLog();
  readonly radio: TcpRadio;
  readonly #devices: TcpDevice[] = [];

  constructor(limits: TcpRadioOptions["limits"] = {}, port = 0) {
    const { clock, sink, meter, log } = this;
    const listen = { host: "127.0.0.1", port };
    this.radio = new TcpRadio({ listen, definition: lineProtocol, sink, clock, log, meter, limits });
  }

  static async open(limits: TcpRadioOptions["limits"] = {}): Promise<TcpSite> {
    const site = new TcpSite(limits);
    await site.radio.start();
    return site;
  }

  /** Somebody enrolled these. */
  enrol(...addresses: string[]): void {
    for (const address of addresses) this.sink.keys.set(`lines:${address}`, null);
  }

  async device(login = "", from?: string): Promise<TcpDevice> {
    const device = await TcpDevice.connect(this.radio.port!, from);
    this.#devices.push(device);
    if (login === "") return device;
    device.send(`ID ${login}\n`);
    await device.answered(`OK ID ${login}\n`);
    return device;
  }

  /** What was reported, as `17 sos`. */
  get heard(): readonly string[] {
    return this.sink.reports.map(({ address, kind, press, unclear }) => `${address} ${press ?? unclear ?? kind}`);
  }

  async reported(count: number): Promise<void> {
    await this.sink.until(() => this.sink.reports.length >= count, `${count} reports`);
  }

  async end(): Promise<void> {
    this.sink.release();
    await this.radio.stop();
    for (const device of this.#devices) device.socket.destroy();
    assert.equal(this.clock.pending, 0, "a timer was left");
  }
}
