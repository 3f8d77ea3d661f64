import type { DurationMs } from "../../core/units.ts";
import type { LocalEnd, Transport } from "./sip-sockets.ts";

/** Certificates as files, read when a connection is opened: a renewed one is used from then on. */
export interface TlsFiles {
  /** Who signed the receiver's certificate; null: the authorities that Node knows. */
  readonly ca: string | null;
  /** The name in the receiver's certificate; null: the host. */
  readonly serverName: string | null;
  /** Our own certificate and its key, both or none. */
  readonly cert: string | null;
  readonly key: string | null;
}

/** One SCAIP receiver, as the configuration names it. */
export interface ScaipReceiver {
  /** Names the way in receipts, paths and metrics. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  /** Whom a MESSAGE is addressed to, as the receiver wants it; null: its host. */
  readonly uri: string | null;
  /** Our number there: 1 to 16 digits. */
  readonly controller: string;
  /** Our name in SIP and for the password. */
  readonly user: string;
  readonly password: string | null;
  readonly listen: LocalEnd;
  readonly tls: TlsFiles | null;
  /** Between heartbeats, unless the receiver wants them oftener. */
  readonly heartbeatMs: DurationMs;
  /** Without a reply for this long the path is down. */
  readonly lostAfterMs: DurationMs;
  readonly hold: { readonly everyMs: DurationMs; readonly forMs: DurationMs };
  readonly repliesFrom: readonly string[];
  /** Messages that wait for their reply at once. */
  readonly lines: number;
}
