import {
  BRIDGES,
  SERIAL_PROTOCOLS,
  TCP_PROTOCOLS,
  type BridgeKind,
  type SerialProtocol,
  type TcpProtocol,
} from "../../devices/catalogue.ts";
import { map, optional, required } from "./shape.ts";
import type { Checked } from "./shape.ts";
import * as value from "./values.ts";
import type { Listen } from "./values.ts";

/* The lines to devices: serial ports, bridges on MQTT, ports that devices connect to. */

export interface SerialConfig {
  readonly path: string;
  readonly protocol: SerialProtocol;
  readonly baud: number;
}

/** A bridge on MQTT, on the embedded broker or another one. */
export interface BridgeConfig {
  readonly kind: BridgeKind;
  /** The topic that everything of it stands below. */
  readonly base: string;
}

/** A port that devices of one protocol connect to. */
export interface TcpConfig {
  readonly listen: Listen;
  readonly protocol: TcpProtocol;
}

const namesOf = <K extends string>(entries: Readonly<Record<K, unknown>>): readonly K[] => Object.keys(entries) as K[];

/** One entry of `serial`. */
export const serial = map(
  {
    path: required(value.path),
    protocol: required(value.oneOf(...namesOf(SERIAL_PROTOCOLS))),
    baud: optional(value.wholeNumber(300, 4_000_000), null),
  },
  ({ baud, ...rest }): Checked<SerialConfig> => ({
    value: { ...rest, baud: baud ?? SERIAL_PROTOCOLS[rest.protocol].baud },
  }),
);

/** One entry of `bridges`. */
export const bridge = map(
  { kind: required(value.oneOf(...namesOf(BRIDGES))), base: optional(value.baseTopic, null) },
  ({ kind, base }): Checked<BridgeConfig> => ({ value: { kind, base: base ?? BRIDGES[kind].base } }),
);

/** One entry of `tcp`. */
export const tcp = map(
  { listen: required(value.listen), protocol: required(value.oneOf(...namesOf<TcpProtocol>(TCP_PROTOCOLS))) },
  (values): Checked<TcpConfig> => ({ value: values }),
);
