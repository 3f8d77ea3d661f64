import type { DeviceEvent, ReportHeard } from "./device-events.ts";
import type { DeviceState } from "./device-state.ts";
import type { ReportKind } from "./kinds.ts";
import { brokenPace, paceAfter } from "./pace.ts";
import { markKeys } from "./repeats.ts";
import { shiftRow } from "./shift.ts";
import { signalAfter } from "./signal.ts";
import type { Tables } from "./state.ts";
import { isOn, type Way } from "./supervision.ts";
import type { DurationMs } from "./units.ts";

type Watched = Extract<
  DeviceEvent,
  {
    readonly kind:
      | "report-heard"
      | "device-silent"
      | "devices-unheard"
      | "device-awaited"
      | "device-late"
      | "device-battery"
      | "device-stuck";
  }
>;

/** What devices say, and how they are watched. */
export function evolveDevice(tables: Tables, event: Watched): void {
  if (event.kind === "devices-unheard") return awaitLonger(tables, event);
  const device = tables.devices.get(event.device);
  if (event.kind === "report-heard") return tables.devices.set(event.device, heard(device, event));
  if (device) tables.devices.set(device.id, changed(device, event));
}

function changed(device: DeviceState, event: Exclude<Watched, { kind: "report-heard" | "devices-unheard" }>) {
  switch (event.kind) {
    case "device-silent":
      return { ...device, silent: true };
    case "device-awaited": {
      const { silentAt, lateAt = null } = event;
      return { ...device, silent: false, silentAt, late: false, lateAt, ...brokenPace(device.pace) };
    }
    case "device-late":
      return { ...device, late: true };
    case "device-battery":
      return { ...device, batteryLowAt: event.lowAt };
    case "device-stuck":
      return { ...device, restAt: event.restAt };
  }
}

/** Somebody pressed it, or made it tell of a fall: button, battery and radio work. */
const PROVING: readonly ReportKind[] = ["emergency", "fall", "service", "inactivity", "test"];
const isProving = ({ report, press, learning = false }: ReportHeard): boolean =>
  !learning && (PROVING.includes(report) || (report === "other" && press !== undefined));

function heard(known: DeviceState | undefined, event: ReportHeard): DeviceState {
  const { counter } = event;
  const first = known?.counter ?? null;
  let counted = known?.counted ?? 0;
  if (counter !== null && event.proof === "valid") {
    // A shift of 32 or more would wrap around in JavaScript.
    const ahead = first === null ? 32 : counter - first;
    counted = ((ahead >= 32 ? 0 : counted << ahead) | 1) >>> 0;
  }
  const { press = null, released = [], mark } = event;
  const keys =
    press === null && released.length === 0
      ? known?.keys
      : markKeys(known?.keys ?? [], { press, mark }, released, event.at);
  const pace = paceAfter(known, event);
  const signal = signalAfter(known?.signal, event);
  return {
    id: event.device,
    line: event.line,
    seenAt: event.at,
    batteryPct: event.batteryPct ?? known?.batteryPct ?? null,
    counter: counter ?? first,
    counted,
    ...(keys && { keys }),
    silent: false,
    silentAt: event.silentAt,
    late: false,
    lateAt: event.lateAt ?? null,
    provedAt: isProving(event) ? event.at : (known?.provedAt ?? null),
    batteryLowAt: known?.batteryLowAt ?? null,
    restAt: known?.restAt ?? null,
    ...(pace && { pace }),
    ...(signal && { signal }),
  };
}

/** While nobody listened a device could not be heard: it has as much time left as it had when that began. */
function awaitLonger(tables: Tables, { byMs, ...way }: Extract<Watched, { kind: "devices-unheard" }>): void {
  for (const device of tables.devices.values()) {
    if (!isOn(device, way)) continue;
    const { silent, silentAt, restAt } = device;
    const isWatched = silentAt !== null && !silent;
    if (!isWatched && restAt === null) continue;
    tables.devices.set(device.id, {
      ...shiftRow(device, byMs, "restAt", ...(isWatched ? (["silentAt", "lateAt"] as const) : [])),
      ...brokenPace(device.pace),
    });
  }
}

/** Something is back: what its devices said meanwhile nobody knows, and a bridge may say now what it kept of them. */
export function breakPaces(tables: Tables, way: Way | null): void {
  if (way === null) return;
  for (const device of tables.devices.values())
    if (device.pace && device.pace.lastAt !== null && isOn(device, way))
      tables.devices.set(device.id, { ...device, ...brokenPace(device.pace) });
}

/** The clock was wrong: what is measured keeps its distances. */
export function shiftDevice(device: DeviceState, byMs: DurationMs): DeviceState {
  const { keys, pace } = device;
  return {
    ...shiftRow(device, byMs, "seenAt", "silentAt", "lateAt", "provedAt", "batteryLowAt", "restAt"),
    ...(keys && { keys: keys.map((mark) => ({ ...mark, at: mark.at + byMs })) }),
    ...(pace && { pace: shiftRow(pace, byMs, "lastAt") }),
  };
}
