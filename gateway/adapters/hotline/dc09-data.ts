import { HOTLINE_EVENTS, hotlineEventOf } from "../../core/contact-id.ts";
import type { HotlineDetails, HotlineMessage } from "../../ports/channel.ts";
import type { Receiver } from "./dc09-limits.ts";

/** What a frame carries between its brackets and behind them. */
export interface FrameData {
  readonly account: string;
  readonly data: string;
  readonly extended: string;
}

type Said = Pick<HotlineMessage, "alarm" | "event" | "qualifier" | "account" | "zone" | "details">;
type Spoken = Pick<Receiver, "account" | "format" | "events" | "extended" | "restore">;

/** A longer link is left out: a part of one leads nowhere. */
export const LINK_CHARS_MAX = 250;

const ACCOUNT = /^[0-9A-Fa-f]{3,16}$/;
const EVENT = /^[0-9A-Fa-f]{3}$/;
const ZONE = /^[0-9]{1,3}$/;

/** Why no receiver can be sent this message, and what to do; null: it can be written. */
export function faultOf({ account, event, zone }: Pick<HotlineMessage, "account" | "event" | "zone">): string | null {
  const fault = fieldFault(account ?? "000", event, zone ?? "000");
  return fault && `it cannot be written as a DC-09 frame: ${fault}; correct the resident's account and zone`;
}

function fieldFault(account: string, event: string, zone: string): string | null {
  if (!ACCOUNT.test(account)) return `account "${account}" is not 3 to 16 hex digits`;
  if (!EVENT.test(event)) return `event "${event}" is not a Contact ID code of three digits`;
  if (!ZONE.test(zone)) return `zone "${zone}" is not one to three digits`;
  return null;
}

/** Why this receiver is not sent this message although it can be written; null: it is. */
export function refusalOf(said: Said, receiver: Spoken): string | null {
  const { alarm, event, qualifier } = said;
  if (alarm !== null && qualifier === 3 && !receiver.restore) return "is not told of the end of alarms (restore)";
  if (codeOf(said, receiver) !== null) return null;
  return `has no ${receiver.format} code for event ${event} with qualifier ${qualifier}`;
}

/** What is sent, where `refusalOf` has nothing against it. */
export function frameData(said: Said, receiver: Spoken): FrameData {
  const account = (said.account ?? receiver.account).toUpperCase();
  const zone = (said.account === null ? "000" : (said.zone ?? "000")).padStart(3, "0");
  const code = codeOf(said, receiver)!;
  const event = receiver.format === "sia-dcs" ? `Nri0/${code}${zone}` : `${said.qualifier}${code} 00 ${zone}`;
  return { account, data: `#${account}|${event}`, extended: extendedData(said.details, receiver) };
}

/** The code in this receiver's format, as the site or the shipped map has it. SIA has no *still present*: it is told anew. */
function codeOf({ event, qualifier, details }: Said, { format, events }: Spoken): string | null {
  const name = hotlineEventOf(event, details?.kind ?? null);
  const own = name === null ? undefined : events[name];
  if (format === "adm-cid") return (own ?? event).toUpperCase();
  const shipped = name === null ? null : HOTLINE_EVENTS[name];
  const [present, restored] = own?.split("/") ?? [shipped?.sia, shipped?.siaRestored];
  return (qualifier === 3 ? restored : present) ?? null;
}

function extendedData(details: HotlineDetails | null, { extended }: Spoken): string {
  const { position, link, mac } = extended;
  const at = position ? (details?.position ?? null) : null;
  const url = link ? (details?.link ?? null) : null;
  return [
    at === null ? "" : `[X${angleOf(at.lon, "EW", 3)}][Y${angleOf(at.lat, "NS", 2)}]`,
    url === null || url.length > LINK_CHARS_MAX || /[^\x21-\x7e]|[[\]|]/.test(url) ? "" : `[V${url}]`,
    mac === null ? "" : `[M${mac}]`,
  ].join("");
}

/** Degrees, hemisphere and minutes as in `093W23.456` (SIA DC-09, extended data X and Y). */
function angleOf(degrees: number, hemispheres: string, digits: number): string {
  const thousandths = Math.round(Math.abs(degrees) * 60_000);
  const whole = String(Math.floor(thousandths / 60_000)).padStart(digits, "0");
  const minutes = ((thousandths % 60_000) / 1_000).toFixed(3).padStart(6, "0");
  return `${whole}${hemispheres[degrees < 0 ? 1 : 0]!}${minutes}`;
}
