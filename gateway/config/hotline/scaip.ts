import { isIPv6 } from "node:net";
import { hours, minutes, seconds } from "../../core/units.ts";
import type { DurationMs } from "../../core/units.ts";
import { list, map, optional, required, type Checked, type Shape } from "../shape.ts";
import * as value from "../values.ts";
import type { Listen } from "../values.ts";

export interface ScaipTlsConfig {
  /** Path of a PEM file; null: the authorities that Node knows. */
  readonly ca: string | null;
  /** The name in the receiver's certificate; null: its host. */
  readonly serverName: string | null;
  /** Paths of PEM files, where the receiver asks for a certificate of ours. */
  readonly cert: string | null;
  readonly key: string | null;
}

/**
 * A receiver of SCAIP (SS 91100, EN 50134-9) over SIP MESSAGE:
 * `{ kind: scaip, host: 192.0.2.20, controller: "1234", user: okc, password: { file: scaip.secret } }`
 */
export interface ScaipConfig {
  readonly kind: "scaip";
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
  /** Whom messages are addressed to; null: `sip:HOST:PORT`. */
  readonly uri: string | null;
  /** 1–16 digits. */
  readonly controller: string;
  readonly user: string;
  /** Null: the receiver asks for none. */
  readonly password: string | null;
  readonly listen: Listen;
  readonly tls: ScaipTlsConfig | null;
  readonly heartbeatMs: DurationMs;
  readonly lostAfterMs: DurationMs;
  readonly hold: { readonly everyMs: DurationMs; readonly forMs: DurationMs };
  /** Addresses that may reply besides the host's own. */
  readonly repliesFrom: readonly string[];
  readonly lines: number;
}

/** The ports of SIP (RFC 3261, section 19.1.2). */
const PORTS = { udp: 5_060, tcp: 5_060, tls: 5_061 } as const;
/** Any free port of every network; an address of IPv6 is reached from one of its kind only. */
const anywhere = (host: string): Listen => ({ host: isIPv6(host) ? "::" : "0.0.0.0", port: 0 });
/** What SS 91100 allows for a hold: every 5–20 s, for 3–30 min. */
const HOLD = { everyMs: seconds(10), forMs: minutes(3) };
const HEARTBEAT_MS = seconds(60);
/** A heartbeat and half of one. */
const LOST_AFTER_MS = seconds(90);
const LINES = 4;

const tls = map(
  {
    ca: optional(value.readableFile, null),
    serverName: optional(value.text, null),
    cert: optional(value.readableFile, null),
    key: optional(value.readableFile, null),
  },
  (values): Checked<ScaipTlsConfig> => ({ value: values }),
  (given) => {
    const alone = ["cert", "key"].filter((name) => given.includes(name));
    return alone.length === 1
      ? { key: alone[0]!, wrong: `needs ${alone[0] === "cert" ? "key" : "cert"} beside it` }
      : null;
  },
);

const hold = map(
  {
    every: optional(value.duration(seconds(5), seconds(20)), HOLD.everyMs),
    for: optional(value.duration(minutes(3), minutes(30)), HOLD.forMs),
  },
  ({ every, for: forMs }): Checked<ScaipConfig["hold"]> => ({ value: { everyMs: every, forMs } }),
);

export const scaip: Shape<ScaipConfig> = map(
  {
    kind: required(value.oneOf("scaip")),
    name: optional(value.text, "scaip"),
    host: required(value.text),
    port: optional(value.wholeNumber(1, 65_535), null),
    transport: optional(value.oneOf("udp", "tcp", "tls"), "udp" as const),
    uri: optional(value.sipUri, null),
    controller: required(value.controller),
    user: optional(value.sipUser, null),
    password: optional(value.secret, null),
    listen: optional(value.listen, null),
    tls: optional(tls, null),
    heartbeat: optional(value.duration(seconds(10), hours(24)), HEARTBEAT_MS),
    lostAfter: optional(value.duration(seconds(20), hours(48)), null),
    hold: optional(hold, HOLD),
    repliesFrom: optional(list(value.ipAddress, "a list of addresses"), []),
    lines: optional(value.wholeNumber(1, 100), LINES),
  },
  ({ port, user, listen, tls: files, heartbeat, lostAfter, ...values }): Checked<ScaipConfig> => {
    const { transport, controller } = values;
    if (files && transport !== "tls")
      return { key: "tls", wrong: `does not go with transport ${transport}; must be tls` };
    const lostAfterMs = lostAfter ?? Math.max(LOST_AFTER_MS, (heartbeat * 3) / 2);
    if (lostAfterMs <= heartbeat) return { key: "lostAfter", wrong: "must be longer than heartbeat" };
    return {
      value: {
        ...values,
        port: port ?? PORTS[transport],
        user: user ?? controller,
        listen: listen ?? anywhere(values.host),
        tls: transport === "tls" ? (files ?? { ca: null, serverName: null, cert: null, key: null }) : null,
        heartbeatMs: heartbeat,
        lostAfterMs,
      },
    };
  },
);
