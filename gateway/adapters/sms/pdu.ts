import { Deliver, parse, Report, Submit, utils } from "node-pdu";

/* The only place that knows node-pdu. It spells octets; alphabet, cuts and numbers are decided here, because the
   library takes "00" anywhere in a number for an international prefix, splits surrogate pairs and counts characters
   of the extension table once. */

const { DCS, Data, Header, Helper, Part, PDUType, SCA, SCAType, SubmitType, VP } = utils;

/** Octets of user data in one message (3GPP TS 23.040, 9.2.3.24). */
const UCS2_ALONE = 70;
const GSM7_ALONE = 160;
/** A concatenation header with a reference of 16 bits takes 7 octets: 8 septets, or 3.5 characters of UCS-2. */
const HEADER_OCTETS = 7;
const UCS2_JOINED = 66;
const GSM7_JOINED = 152;
/** A longer text is cut here: a person does not read more at a glance, and each part costs seconds. */
export const PARTS_MAX = 6;

/** One sending: the PDU for `AT+CMGS` and the length that the command names. */
export interface SubmitPdu {
  readonly hex: string;
  /** Octets behind the service centre's address. */
  readonly length: number;
}

export interface SubmitText {
  /** With + and the country, or a short number as it is. */
  readonly to: string;
  readonly text: string;
  /** Ties the parts together at the telephone; 16 bits. */
  readonly reference: number;
  /** After this the network gives it up. */
  readonly validitySec: number;
}

/** In both our tables and the library's: what 7 bits can carry. `§` and a grave accent are where they differ. */
const GSM7 = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ¿a-zäöñüà^{}\\[~\]|€]*$/;
const EXTENDED = /[\^{}\\[~\]|€]/;

/** The parts of a text, in order, each asking for a report of its delivery. */
export function submitPdus({ to, text, reference, validitySec }: SubmitText): readonly SubmitPdu[] {
  const isGsm7 = GSM7.test(text);
  const pieces = piecesOf(text, isGsm7);
  return pieces.map((piece, index) => {
    const header =
      pieces.length > 1
        ? new Header({ POINTER: reference & 0xffff, SEGMENTS: pieces.length, CURRENT: index + 1 })
        : undefined;
    const { length, result } = isGsm7 ? Helper.encode7Bit(piece) : Helper.encode16Bit(piece);
    const headerSize = header ? (isGsm7 ? HEADER_OCTETS + 1 : HEADER_OCTETS) : 0;
    const part = new Part(result, length + headerSize, piece, header);
    const pdu = new Submit(addressOf(to), new Data({ data: piece, isUnicode: !isGsm7, parts: [part] }), {
      type: new SubmitType({
        statusReportRequest: 1,
        userDataHeader: header ? 1 : 0,
        // The library sets it only after it has written the octet that says so.
        validityPeriodFormat: PDUType.VPF_RELATIVE,
      }),
      dataCodingScheme: new DCS().setTextAlphabet(isGsm7 ? DCS.ALPHABET_DEFAULT : DCS.ALPHABET_UCS2),
      validityPeriod: new VP().setInterval(validitySec),
    });
    const hex = pdu.getPartStrings()[0]!;
    return { hex, length: hex.length / 2 - 1 };
  });
}

function addressOf(to: string): InstanceType<typeof SCA> {
  const type = new SCAType();
  type.setType(to.startsWith("+") ? SCAType.TYPE_INTERNATIONAL : SCAType.TYPE_UNKNOWN);
  type.setPlan(SCAType.PLAN_ISDN);
  return new SCA(true, { type }).setPhone(to.replace("+", ""), false);
}

function piecesOf(text: string, isGsm7: boolean): readonly string[] {
  const [alone, joined] = isGsm7 ? [GSM7_ALONE, GSM7_JOINED] : [UCS2_ALONE, UCS2_JOINED];
  const costOf = (character: string): number => (isGsm7 ? (EXTENDED.test(character) ? 2 : 1) : character.length);
  const whole = [...text].reduce((sum, character) => sum + costOf(character), 0);
  if (whole <= alone) return [text];
  const pieces: string[] = [""];
  let room = joined;
  // By characters: what stands for one character is never torn apart.
  for (const character of text) {
    const cost = costOf(character);
    if (cost > room) {
      if (pieces.length === PARTS_MAX) break;
      pieces.push("");
      room = joined;
    }
    pieces[pieces.length - 1] += character;
    room -= cost;
  }
  return pieces;
}

/** What came in. */
export type ReadPdu =
  | {
      readonly kind: "text";
      /** With + where the number is international; a name where the sender is one. */
      readonly from: string;
      readonly text: string;
      /** The centre's stamp as it came: tells two alike messages apart. */
      readonly stamp: string;
      readonly joined: { readonly reference: number; readonly parts: number; readonly part: number } | null;
    }
  | { readonly kind: "report"; readonly reference: number; readonly to: string; readonly status: number };

/** Null: nothing that we understand, as a picture, a ring tone or noise. */
export function readPdu(hex: string): ReadPdu | null {
  if (!/^(?:[0-9A-Fa-f]{2}){10,200}$/.test(hex)) return null;
  try {
    const pdu = parse(hex);
    if (pdu instanceof Report) {
      if (!Number.isInteger(pdu.reference) || !Number.isInteger(pdu.status)) return null;
      return { kind: "report", reference: pdu.reference, to: numberOf(pdu.address), status: pdu.status };
    }
    return pdu instanceof Deliver ? textOf(pdu) : null;
  } catch {
    return null;
  }
}

function textOf(pdu: Deliver): ReadPdu | null {
  const part = pdu.data.parts[0];
  const { textAlphabet } = pdu.dataCodingScheme;
  if (!part || !Number.isInteger(part.size) || textAlphabet === DCS.ALPHABET_8BIT) return null;
  const { header } = part;
  const octets = textAlphabet === DCS.ALPHABET_UCS2 ? part.size : Math.ceil((part.size * 7) / 8);
  // The library makes do with what is there: half a message would be taken for a whole one.
  if (part.data.length / 2 + (header ? header.getSize() + 1 : 0) < octets) return null;
  const joined = header && {
    reference: header.getPointer() ?? 0,
    parts: header.getSegments() ?? 1,
    part: header.getCurrent() ?? 1,
  };
  if (joined && !(joined.part >= 1 && joined.part <= joined.parts)) return null;
  const stamp = pdu.serviceCenterTimeStamp.toString();
  return {
    kind: "text",
    from: numberOf(pdu.address),
    text: part.text,
    stamp,
    joined: joined && joined.parts > 1 ? joined : null,
  };
}

const numberOf = ({ phone, type }: InstanceType<typeof SCA>): string =>
  `${type.type === SCAType.TYPE_INTERNATIONAL ? "+" : ""}${phone ?? ""}`;
