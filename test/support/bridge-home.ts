import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { remoteOf, Rflink } from "../../firmware-sim/rflink.ts";
import { ZigbeeBridge, type ZigbeeDevice } from "../../firmware-sim/zigbee-bridge.ts";
import { Home, type HomeOptions } from "./home.ts";
import { Mosquitto } from "./mosquitto.ts";
import { until } from "./until.ts";

/** On the air; enrolled for r-1 with other case and other zeros. */
export const REMOTE = remoteOf("EV1527:0a1b2c:01");
/** Enrolled for r-2 by its name: its word says emergency. */
export const SOS: ZigbeeDevice = { name: "flat 2/sos", ieee: "0x00158d0001000001", word: "emergency" };
/** Enrolled for r-3 by its IEEE address: its word says nothing. */
export const BUTTON: ZigbeeDevice = { name: "hall button", ieee: "0x00158d0001000002", word: "single" };
/** Enrolled for r-3 by its name: true while it is down. */
export const PENDANT: ZigbeeDevice = { name: "pendant", ieee: "0x00158d0001000003", word: "sos" };

const DEVICES = [
  "rflink,ev1527:A1B2C:1,r-1,emergency,433按钮,卧室,",
  "zigbee2mqtt,flat 2/sos,r-2,emergency,呼叫按钮,卧室,",
  "zigbee2mqtt,0x00158D0001000002,r-3,emergency,门厅按钮,门厅,",
  "zigbee2mqtt,pendant,r-3,emergency,挂坠,随身,",
];

const BASE = "zigbee2mqtt";

/** A community with bridges of other makers: a 433 MHz receiver on a serial port and a Zigbee bridge on MQTT. */
export class BridgeHome {
  readonly home: Home;
  readonly rflink: Rflink;
  readonly zigbee: ZigbeeBridge;

  private constructor(home: Home, rflink: Rflink, zigbee: ZigbeeBridge) {
    this.home = home;
    this.rflink = rflink;
    this.zigbee = zigbee;
  }

  /** `external`: the Zigbee bridge is on a broker beside the gateway. */
  static async build(options: HomeOptions & { readonly external?: boolean } = {}): Promise<BridgeHome> {
    const folder = mkdtempSync(join(tmpdir(), "okc-rflink-"));
    const rflink = new Rflink({ link: join(folder, "rflink"), wait: () => Promise.resolve() });
    await rflink.start();
    const broker = options.external ? await new Mosquitto().start() : null;
    const home = await Home.build({
      ...options,
      serial: [{ path: rflink.link, protocol: "rflink", baud: 57_600 }],
      bridges: [{ kind: "zigbee2mqtt", base: BASE }],
      devices: DEVICES,
      ...(broker && { brokerUrl: broker.url }),
    });
    const login = broker ? {} : await home.running!.site.office.addAccount("z2m", "zigbee2mqtt");
    const zigbee = new ZigbeeBridge({ url: home.mqttUrl, base: BASE, ...login, devices: [SOS, BUTTON, PENDANT] });
    home.closing.push(
      () => zigbee.stop(),
      () => rflink.stop(),
      () => broker?.close(),
      () => rmSync(folder, { recursive: true, force: true }),
    );
    const built = new BridgeHome(home, rflink, zigbee);
    await built.ready();
    return built;
  }

  /** Both bridges are up, and the gateway knows the Zigbee devices' two names. */
  async ready(): Promise<void> {
    await until("the 433 MHz receiver to be asked", () => this.rflink.commands.includes("10;PING;"));
    await until("the broker", () => this.home.state.faults.get("line:broker") === undefined);
    await this.zigbee.start();
    await until("the names of the Zigbee devices", () => this.home.state.names.get("zigbee2mqtt")?.length === 4);
  }

  /** The codes of the fault rows, sorted. */
  get faults(): readonly string[] {
    return [...this.home.state.faults.values()].map(({ code }) => code).sort();
  }
}
