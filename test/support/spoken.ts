import { BRIDGES, definitionsFor, SERIAL_PROTOCOLS, TCP_PROTOCOLS } from "../../devices/catalogue.ts";
import type { BridgeKind, SerialProtocol, TcpProtocol } from "../../devices/catalogue.ts";

/** Our own pendants, as every site hears them. */
export const OUR_OWN = await definitionsFor({});

/** Every protocol there is, for a test that feeds it: a definition may remember what was announced. */
export const everything = () =>
  definitionsFor({
    serial: Object.keys(SERIAL_PROTOCOLS).map((protocol) => ({ protocol: protocol as SerialProtocol })),
    bridges: Object.entries(BRIDGES).map(([kind, { base }]) => ({ kind: kind as BridgeKind, base })),
    tcp: Object.keys(TCP_PROTOCOLS).map((protocol) => ({ protocol: protocol as TcpProtocol })),
  });

/** The same, for tests that only look. */
export const EVERYTHING = await everything();
