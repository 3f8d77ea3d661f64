import type { DecodedReport } from "../../gateway/core/report.ts";
import { saidBy, type Login } from "../parts/tcp-session.ts";
import { alarmReport, doubtful, type Cause } from "../parts/tracker-report.ts";
import { causeInStatus, causeOf, causeOfEvent, causeOfGuardState, causeOfModularEvent } from "./alarms.ts";
import { positionIn, PROTOCOL, readPosition, statusIn, timeIn, wifiAlarmAt, type StatusAt } from "./content.ts";

/** What a frame of GT06 reports. */

/** A frame without what is around it. */
export interface Gt06Frame {
  readonly protocol: number;
  readonly content: Uint8Array;
  /** `79 79` with a length of two bytes. */
  readonly isLong: boolean;
  readonly isProved: boolean;
}

/** The state of an SOS stands in the heartbeats behind it, minutes apart: it is one press as long as it stands there. */
const STATUS_REPEAT_MS = 15 * 60_000;
/** Levels of the battery: 1 and 2 ask for a charger; 0 is sent where nothing is measured. */
const LEVEL_LOW = 2;
const LEVEL_FULL = 6;
const PERCENT_FULL = 100;
/** A firmware whose status 7 is over-speed. */
const BIG_SPEED_BYTES = 31;

type Said = Omit<DecodedReport, "kind" | "press">;

export function reportsOf(frame: Gt06Frame, login: Login): readonly DecodedReport[] {
  const { protocol, content, isLong } = frame;
  const said = saidBy(login);
  if (isLong) return [alarm(frame, said, causeInLong(frame), undefined)];
  if (protocol === PROTOCOL.event) return [readEvent(frame, said)];
  if (protocol === PROTOCOL.wifiAlarm) return [alarm(frame, said, causeInWifi(content), timeIn(protocol, content))];
  const at = statusIn(protocol, content);
  const position = frame.isProved ? positionIn(protocol, content) : null;
  const placed = { ...said, ...(position && { position }) };
  if (at === undefined) return [alarm(frame, placed, { unclear: `alarm frame 0x${protocol.toString(16)}` }, undefined)];
  if (at === null) return [{ ...placed, kind: "other", press: null }];
  const known = { ...placed, ...batteryIn(frame, at) };
  const cause = causeIn(frame, at);
  if (protocol === PROTOCOL.status) return readHeartbeat(frame, known, cause);
  return [alarm(frame, known, cause, timeIn(protocol, content))];
}

const alarm = ({ isProved }: Gt06Frame, said: Said, cause: Cause, mark: string | undefined): DecodedReport =>
  alarmReport(said, isProved ? cause : doubtful(cause), mark);

/** The alarm byte and the terminal information both may say SOS; else the byte says more. */
function causeIn({ protocol, content }: Gt06Frame, { status, alarm: alarmAt, hasFence }: StatusAt): Cause {
  const state = causeInStatus(content[status]!, content.length === BIG_SPEED_BYTES);
  if (alarmAt === null || state === "sos") return state;
  if (protocol === PROTOCOL.status && !isPlainStatus(content)) return state;
  const high = hasFence ? (content[alarmAt + 1]! >> 4) << 8 : 0;
  const code = high | content[alarmAt]!;
  return code === 0 ? state : protocol === PROTOCOL.status && code !== 1 ? state : causeOf(code, hasFence);
}

/** A heartbeat as documented. Some makers put a voltage in place of its levels and its alarm. */
const isPlainStatus = (content: Uint8Array): boolean => content[1]! <= LEVEL_FULL && content[2]! <= 4;

function readHeartbeat(frame: Gt06Frame, said: Said, cause: Cause): readonly DecodedReport[] {
  const heartbeat: DecodedReport = { ...said, kind: "heartbeat", press: null };
  if (cause === "sos") {
    const help = alarm(frame, said, cause, undefined);
    return [help.press === null ? help : { ...help, press: "sos-status", repeatMs: STATUS_REPEAT_MS }, heartbeat];
  }
  return cause === "low-battery" ? [heartbeat, { ...said, kind: "low_battery", press: null }] : [heartbeat];
}

/** Levels 1 to 6; per cent where an alarm frame has more. */
function batteryIn(
  { protocol, content }: Gt06Frame,
  { voltage }: StatusAt,
): Pick<DecodedReport, "batteryOk"> & {
  batteryPct: number | null;
} {
  const level = voltage === null ? 0 : content[voltage]!;
  if (level > LEVEL_FULL) return { batteryPct: protocol !== PROTOCOL.status && level <= PERCENT_FULL ? level : null };
  return { batteryPct: null, ...(level > 0 && { batteryOk: level > LEVEL_LOW }) };
}

/** Frame 0x95: time and event, or time, position and event; a camera with a head of its own says `ff ff` first. */
function readEvent(frame: Gt06Frame, said: Said): DecodedReport {
  const { content } = frame;
  if (content.length <= 9) return alarm(frame, said, causeOfEvent(content[6] ?? 0, false), timeIn(0x95, content));
  const hasHead = content[0] === 0xff && content[1] === 0xff;
  const start = hasHead ? 3 : 0;
  const eventAt = start + (hasHead ? 20 : 16);
  const event = content[eventAt];
  if (event === undefined) return alarm(frame, said, { unclear: "alarm frame 0x95" }, undefined);
  const position = frame.isProved ? readPosition(content, start + 6, start + 14) : null;
  const mark = Buffer.from(content.subarray(start, start + 6)).toString("hex");
  return alarm(frame, { ...said, ...(position && { position }) }, causeOfEvent(event, true), mark);
}

function causeInWifi(content: Uint8Array): Cause {
  const at = wifiAlarmAt(content);
  return at === null ? { unclear: "alarm frame 0xa9" } : causeOf(((content[at + 1]! >> 4) << 8) | content[at]!, true);
}

function causeInLong({ protocol, content }: Gt06Frame): Cause {
  if (protocol === PROTOCOL.guard) return causeInGuard(content);
  if (protocol !== PROTOCOL.modular) return "none";
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  for (let at = 0; at + 4 < content.length; at += 4 + view.getUint16(at + 2))
    if (view.getUint16(at) === 0x34) return causeOfModularEvent(view.getUint8(at + 4));
  return "none";
}

/** Frame 0x33: time, then position, cell with its strength, more cells, access points, each behind its length; state. */
function causeInGuard(content: Uint8Array): Cause {
  let at = 6;
  at += 1 + (content[at] ?? 0);
  const cell = content[at] ?? 0;
  at += 1 + cell;
  at += 1 + (content[at] ?? 0);
  at += 1 + (content[at] ?? 0);
  const state = content[at];
  return state === undefined ? { unclear: "alarm frame 0x33" } : causeOfGuardState(state);
}
