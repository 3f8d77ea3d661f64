import { objectIn, type Fields } from "../parts/text.ts";

/** Shelly's Bluetooth buttons, as the scripts that a Shelly runs tell of them (ALLTERCO shelly-script-examples). */

/** How a key was pressed, as Shelly's own events name it. */
export const CLICKS: readonly string[] = ["single_push", "double_push", "triple_push", "long_push"];

/** The same by the number of BTHome; 0 is none. */
const BY_CODE: ReadonlyMap<number, string> = new Map([
  ...CLICKS.map((click, index): [number, string] => [index + 1, click]),
  [5, "long_double_push"],
  [6, "long_triple_push"],
  [0x80, "hold_push"],
  [0xfe, "hold_push"],
]);

const MAC = /^[0-9a-f]{12}$/i;
const DEVICE = /^[\w.-]{1,64}$/;
/** More keys than any remote has. */
const KEYS_MAX = 16;

export interface BluEvent {
  readonly address: string;
  /** Null: a beacon. */
  readonly press: string | null;
  readonly battery: unknown;
  readonly rssi: unknown;
  readonly pid: unknown;
}

/** `aa:bb:cc:00:11:22`; null: it is none. */
export function macIn(value: unknown): string | null {
  const digits = typeof value === "string" ? value.trim().replace(/[:-]/g, "") : "";
  return MAC.test(digits) ? digits.toLowerCase().match(/../g)!.join(":") : null;
}

/** Null: no event of such a script. One that is encrypted, or names no device, is none either. */
export function readBlu(component: string, word: string, data: Fields | null): readonly BluEvent[] | null {
  if (data === null) return null;
  const { battery, rssi, pid, button, device, value } = data;
  if (component === "blu" && word === "button" && typeof device === "string" && DEVICE.test(device)) {
    const press = typeof value === "number" ? (BY_CODE.get(value) ?? null) : null;
    return [{ address: device.toLowerCase(), press, battery, rssi, pid }];
  }
  const address = macIn(data["address"]);
  if (address === null || data["encryption"] === true || (pid === undefined && button === undefined)) return null;
  const common = { address, battery, rssi, pid };
  const presses = (Array.isArray(button) ? button : [button]).slice(0, KEYS_MAX).flatMap((code: unknown, key) => {
    const click = typeof code === "number" ? BY_CODE.get(code) : undefined;
    return click === undefined ? [] : [key === 0 ? click : `${key}-${click}`];
  });
  return presses.length > 0 ? presses.map((press) => ({ ...common, press })) : [{ ...common, press: null }];
}

/** What a notification tells of BLU devices: by their component, or by the name that a script gave them. */
export function readBluStatus(params: Fields): readonly {
  readonly component: string | null;
  readonly address: string | null;
  readonly battery: unknown;
  readonly rssi: unknown;
}[] {
  const paired = Object.entries(params).flatMap(([key, value]) => {
    const { battery, rssi } = (key.startsWith("bthomedevice:") && objectIn(value)) || ({} as Fields);
    return battery === undefined && rssi === undefined ? [] : [{ component: key, address: null, battery, rssi }];
  });
  const scripted = Object.entries(objectIn(params["blu"]) ?? {}).flatMap(([device, value]) => {
    const { battery, rssi } = objectIn(value) ?? ({} as Fields);
    return DEVICE.test(device) ? [{ component: null, address: device.toLowerCase(), battery, rssi }] : [];
  });
  return [...paired, ...scripted];
}
