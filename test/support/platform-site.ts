import { CityPlatform, type CityMessage } from "../../firmware-sim/city-platform.ts";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import { ONE_STEP_POLICIES, RealSite, type RealSiteOptions } from "./real-site.ts";
import { until } from "./until.ts";

export const PLATFORM_SECRET = "a secret of the platform";
/** From a press to its message at the platform, over a restart at worst. */
const ARRIVAL_MAX_MS = 60_000;

export interface PlatformSiteOptions extends RealSiteOptions {
  /** The platform is the only way to the hotline. */
  readonly alone?: boolean;
  /** What stands in its entry besides the usual. */
  readonly entry?: object;
}

/** A real site with a city platform as its first way to the hotline, and the usual receiver behind it. */
export class PlatformSite {
  readonly site: RealSite;
  readonly city: CityPlatform;

  private constructor(site: RealSite, city: CityPlatform) {
    this.site = site;
    this.city = city;
  }

  static async make({ alone = false, entry = {}, ...options }: PlatformSiteOptions = {}): Promise<PlatformSite> {
    const site = await RealSite.make({ policies: ONE_STEP_POLICIES, ...options });
    const city = new CityPlatform({ secret: PLATFORM_SECRET, gateway: `${site.url}/api/platform/81890` });
    await city.start();
    const receiver = { kind: "dc09", host: "127.0.0.1", port: site.receiver.port, account: "1234" };
    const platform = { kind: "platform", name: "81890", url: city.url, secret: PLATFORM_SECRET, ...entry };
    site.configure({ hotline: alone ? [platform] : [platform, receiver] });
    await site.importPeople();
    return new PlatformSite(site, city);
  }

  /** 张阿姨 presses; gives her alarm. */
  async pressed(): Promise<AlarmView> {
    const pendant = await this.site.mqttPendant("p-17");
    pendant.press();
    const [alarm] = await this.site.untilAlarms("an alarm", (alarms) => alarms.length > 0);
    return alarm!;
  }

  /** Waits until a step of that kind has come, and gives the life of the alarm so far. */
  async untilTold(alarm: string, type: string): Promise<readonly CityMessage[]> {
    const life = (): readonly CityMessage[] => this.city.lifeOf(alarm);
    await until(
      `${type} at the platform, which knows ${life()
        .map((one) => one.type)
        .join(", ")}`,
      () => life().some((one) => one.type === type),
      ARRIVAL_MAX_MS,
    );
    return life();
  }

  async alarm(id: string): Promise<AlarmView> {
    return (await this.site.alarms("all")).find((one) => one.id === id)!;
  }

  async dispose(): Promise<void> {
    await this.site.dispose();
    await this.city.stop();
  }
}

/** Numbered from 1 without a gap, in the order in which they came. */
export const isInOrder = (life: readonly CityMessage[]): boolean => life.every(({ seq }, at) => seq === at + 1);
