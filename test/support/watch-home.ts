import { Watch } from "../../firmware-sim/watch.ts";
import type { TcpProtocol } from "../../devices/catalogue.ts";
import { freePorts } from "./free-ports.ts";
import { Home, type HomeOptions } from "./home.ts";
import { TcpDevice } from "./tcp-site.ts";
import { until } from "./until.ts";

export const WATCH_ID = "8800000017";
/** In the park: not where r-1 lives. */
export const PARK = { lat: 29.868912, lon: 121.548345 } as const;

export interface WatchHomeOptions extends HomeOptions {
  readonly protocol?: TcpProtocol;
}

/** A community with a listener for devices of the mobile network. r-1 wears the watch. */
export class WatchHome {
  readonly home: Home;
  readonly watch: Watch;
  readonly port: number;

  private constructor(home: Home, port: number) {
    this.home = home;
    this.port = port;
    this.watch = new Watch({ id: WATCH_ID, host: "127.0.0.1", port, clock: home.clock.world, place: PARK });
  }

  /** `protocol`: another than the watch's, whose devices a story connects by hand. */
  static async build({ protocol = "watch3g", ...options }: WatchHomeOptions = {}): Promise<WatchHome> {
    const [port] = await freePorts(1);
    const home = await Home.build({
      tcp: [{ listen: { host: "127.0.0.1", port: port! }, protocol }],
      devices: protocol === "watch3g" ? [`watch3g,${WATCH_ID},r-1,emergency,4G手表,随身,`] : [],
      ...options,
    });
    const built = new WatchHome(home, port!);
    home.closing.unshift(() => built.watch.stop());
    if (protocol !== "watch3g") return built;
    built.watch.start();
    await built.loggedIn();
    return built;
  }

  loggedIn(): Promise<boolean> {
    return until("the watch to be logged in", () => this.watch.isLoggedIn);
  }

  acknowledged(): Promise<boolean> {
    return until("the watch to be answered", () => this.watch.lamp === "acknowledged");
  }

  /** Staff are asked, and nobody else of those with a telephone, nor the hotline. */
  async expectStaffAlone(): Promise<void> {
    await this.home.expectOffer("s-1");
    const others = this.home.phones.offers.filter(({ responder }) => responder !== "s-1");
    if (others.length > 0) throw new Error(`asked as well: ${others.map(({ responder }) => responder).join(", ")}`);
  }

  /** A device that a story speaks for by hand. */
  async device(): Promise<TcpDevice> {
    const device = await TcpDevice.connect(this.port);
    this.home.closing.unshift(() => device.socket.destroy());
    return device;
  }
}
