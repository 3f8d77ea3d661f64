import { createHmac } from "node:crypto";
import type { HotlineDetails, HotlineMessage } from "../../ports/channel.ts";
import { codesOf, COMPONENT_OF_MEANS, CONTROLLER_DEVICE, LOCATION, priorityCode } from "./scaip-codes.ts";
import type { ScaipReceiver } from "./scaip-receiver.ts";
import type { ScaipRequest } from "./scaip-xml.ts";

/** A restore. */
const OVER = 3;
const STILL_PRESENT = 6;

/** SCAIP's version that every message names. */
const VERSION = "01.00";

/**
 * The reference of a delivery: the same for every try and after a restart, so that a receiver sees one alarm. 16
 * hexadecimal digits, for only letters and digits may stand in it. The receiver's password goes into it: whoever does
 * not know that cannot make up a reply.
 */
export const referenceOf = (key: string, { name, password }: Pick<ScaipReceiver, "name" | "password">): string =>
  createHmac("sha256", password ?? "")
    .update(`scaip ${name} ${key}`)
    .digest("hex")
    .slice(0, 16);

/** What a try adds to the message. */
export interface Try {
  readonly ref: string;
  /** Our own number at the receiver. */
  readonly controller: string;
  /** The codes alone, for a receiver that refused the texts. */
  readonly bare: boolean;
}

/** An alarm or report as SCAIP tells it. */
export function alarmRequest(message: HotlineMessage, { ref, controller, bare }: Try): ScaipRequest {
  const { details, event, qualifier } = message;
  const codes = codesOf(event, qualifier === OVER, details?.kind ?? null);
  const must: ScaipRequest = {
    ref,
    mty: codes.messageType,
    cid: controllerOf(message, controller),
    dty: codes.deviceType,
    stc: codes.status,
    pri: message.alarm === null ? "0" : priorityCode(message.priority),
  };
  if (bare) return must;
  return {
    ...must,
    ver: VERSION,
    ...(message.account !== null && message.zone !== null && { did: message.zone }),
    ...(qualifier === STILL_PRESENT && { stt: "still present" }),
    ...(details ? detailTags(details) : { ite: `Contact ID ${event}${qualifier === OVER ? " restore" : ""}` }),
  };
}

/** The resident's own number where SCAIP can write it, else ours; the texts name the resident in any case. */
function controllerOf({ account }: HotlineMessage, controller: string): string {
  return account !== null && /^\d{1,16}$/.test(account) ? account : controller;
}

function detailTags({ means, resident, position, words }: HotlineDetails): Partial<ScaipRequest> {
  const phone = resident?.phone.replace(/[^\d+]/g, "") ?? "";
  const house = resident
    ? [resident.building, resident.unit, resident.room].filter((part) => part !== "").join(" ")
    : "";
  return {
    dte: words.title,
    ite: words.text,
    ...(means !== null && { dco: COMPONENT_OF_MEANS[means] }),
    // The gateway itself carries no voice: the operator calls the resident's telephone, where there is one.
    ...(phone === "" ? { crd: "no-voice:" } : { cha: "1", crd: `gsm:${phone}` }),
    ...(position ? positionTags(position) : resident && { lco: LOCATION.home }),
    ...(house !== "" && { lte: house }),
  };
}

/** The schema of `geo` knows no sign: a position in the west or the south is left to the texts. */
function positionTags({ lat, lon }: { readonly lat: number; readonly lon: number }): Partial<ScaipRequest> {
  if (lat < 0 || lon < 0) return {};
  return { lco: LOCATION.position, lge: `${lat.toFixed(6)},${lon.toFixed(6)}` };
}

/** The end of a message that was on its way: somebody else has it, or it was held for too long. */
export const resetRequest = ({ ref, cid, dty }: ScaipRequest): ScaipRequest => ({
  ref,
  mty: "RE",
  cid: cid!,
  dty: dty!,
});

/** A sign of life that asks for one. `hbo` 1: our interval may be set by the receiver. */
export const heartbeatRequest = (ref: string, controller: string): ScaipRequest => ({
  ref,
  mty: "PI",
  hbo: "1",
  cid: controller,
  dty: CONTROLLER_DEVICE,
});
