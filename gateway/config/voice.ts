import { seconds, minutes, type DurationMs } from "../core/units.ts";
import { map, optional, required, type Checked, type Shape } from "./shape.ts";
import * as value from "./values.ts";
import type { Listen } from "./values.ts";

/**
 * A SIP account that calls are made through:
 * `{ user: "057487654321", server: sip.example.cn, password: { file: /etc/okc/sip-password }, lines: 2 }`
 */
export interface VoiceConfig {
  /** What entries of `hotline` and `volunteers` call it. */
  readonly name: string;
  readonly user: string;
  /** Host, or host and port; null: calls go to SIP addresses only. */
  readonly server: string | null;
  /** The name to log in with where it is not the user; null: the user. */
  readonly authUser: string | null;
  readonly password: string | null;
  /** `sip:proxy.example.cn:5060`; null: none. */
  readonly proxy: string | null;
  readonly transport: "udp" | "tcp" | "tls";
  readonly register: boolean;
  /** Where calls come in that no registration brings; null: any port. */
  readonly listen: Listen | null;
  /** PEM file of who signed the server's certificate; null: it is not checked. */
  readonly ca: string | null;
  /** Between two registrations, or two probes of the server. */
  readonly heartbeatMs: DurationMs;
  /** Calls at once. */
  readonly lines: number;
  /** Folder of recorded prompts; null: all is spoken by espeak-ng. */
  readonly prompts: string | null;
}

const DEFAULT_HEARTBEAT_MS = seconds(60);
const LINES_MAX = 8;

/** Everything that would end the account's line in baresip's own file is refused. */
const PASSWORD_FORM = /^[^\s;<>",]{1,128}$/;

export const voice: Shape<VoiceConfig> = map(
  {
    name: optional(value.text, "voice"),
    user: required(value.sipUser),
    server: optional(value.sipHost, null),
    authUser: optional(value.sipUser, null),
    password: optional(value.secret, null),
    proxy: optional(value.sipAddress, null),
    transport: optional(value.oneOf("udp", "tcp", "tls"), "udp" as const),
    register: optional(value.flag, null),
    listen: optional(value.listen, null),
    ca: optional(value.readableFile, null),
    heartbeat: optional(value.duration(seconds(20), minutes(60)), DEFAULT_HEARTBEAT_MS),
    lines: optional(value.wholeNumber(1, LINES_MAX), 1),
    prompts: optional(value.path, null),
  },
  ({ heartbeat, register, ...values }): Checked<VoiceConfig> => {
    if (values.password !== null && !PASSWORD_FORM.test(values.password))
      return {
        key: "password",
        wrong: 'holds a blank or one of ; < > " , which baresip cannot read; choose another one',
      };
    if (register === true && values.server === null)
      return { key: "register", wrong: "needs server beside it: the one to register at" };
    return { value: { ...values, register: register ?? values.server !== null, heartbeatMs: heartbeat } };
  },
);
