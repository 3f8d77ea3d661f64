import type { EpochMs } from "../../core/units.ts";
import { encrypt, paddingFor } from "./dc09-cipher.ts";
import { crc16Arc, hex4, timestampOf } from "./dc09-text.ts";

/** One frame of ANSI/SIA DC-09 to a receiver. */
export interface Frame {
  /** `ADM-CID`: Contact ID; `SIA-DCS`: SIA DC-03; `NULL`: a sign of life. */
  readonly token: "ADM-CID" | "SIA-DCS" | "NULL";
  /** 1–9999; the reply echoes it. 0 for NULL. */
  readonly sequence: number;
  /** 3–16 hex digits. */
  readonly account: string;
  /** What stands between the brackets: `#1234|1101 00 007`; empty for NULL. */
  readonly data: string;
  /** Extended data, each part in brackets of its own: `[X121E32.456][Y29N52.120]`; may be empty. */
  readonly extended: string;
  /** The moment written into the frame, in UTC to the second. */
  readonly at: EpochMs;
  /** Receiver number, hex; always sent, for receivers mishandle a frame without R. */
  readonly receiverNumber: string;
  /** Line number (account prefix), hex. */
  readonly lineNumber: string;
  /** 16, 24 or 32 bytes; null: the frame is not encrypted. */
  readonly key: Buffer | null;
}

export const SEQUENCE_MAX = 9_999;

/** `0` and three hex digits count the bytes. */
export const FRAME_BYTES_MAX = 0xfff;

/** The frame's bytes, LF to CR. */
export function buildFrame(frame: Frame): Buffer {
  const { token, sequence, receiverNumber, lineNumber, account, key } = frame;
  const origin = `${String(sequence).padStart(4, "0")}R${receiverNumber}L${lineNumber}#${account.toUpperCase()}`;
  const content = `${frame.data}]${frame.extended}_${timestampOf(frame.at)}`;
  if (key === null) return wrap(`"${token}"${origin}[${content}`);
  return wrap(`"*${token}"${origin}[${encrypt(`${paddingFor(`|${content}`)}|${content}`, key)}`);
}

function wrap(body: string): Buffer {
  return Buffer.from(`\n${hex4(crc16Arc(body))}${hex4(body.length)}${body}\r`, "latin1");
}
