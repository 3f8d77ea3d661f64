import type { Decoded, Framer, TcpPiece, TcpSession } from "../../gateway/core/definition.ts";
import type { EpochMs } from "../../gateway/core/units.ts";

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
