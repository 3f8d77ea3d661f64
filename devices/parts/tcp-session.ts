import type { Decoded, Framer, TcpPiece, TcpSession, UNNAMED } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import { said } from "./said.ts";

/** Whose connection it is; null until a frame said so. */
export interface Login {
  address: string | null;
}

/** What a frame is, and what the device waits for. */
export interface Read {
  readonly decoded: Decoded;
  /** Absent: nothing. */
  readonly reply?: Uint8Array;
}

const NO_FRAME = new Uint8Array(0);

/** A connection that cuts frames and reads them one by one; `read` remembers in `login` who it is. */
export function createTcpSession(
  framer: Framer,
  read: (frame: Uint8Array, login: Login, now: EpochMs) => Read,
): TcpSession {
  const login: Login = { address: null };
  return {
    push: (bytes, now) =>
      framer.push(bytes).map((piece): TcpPiece => {
        if ("rejected" in piece)
          return { frame: NO_FRAME, decoded: { type: "rejected", ...piece.rejected }, reply: null };
        const { decoded, reply = null } = read(piece.frame, login, now);
        return { frame: piece.frame, decoded, reply };
      }),
  };
}

const NOBODY: typeof UNNAMED = "unnamed";

/** What every report of this connection shares; kind, press and readings are added. */
export const saidBy = ({ address }: Login): Omit<DecodedReport, "kind" | "press"> =>
  address === null ? { ...said(NOBODY, "none"), wireId: null } : said(address, "none");
