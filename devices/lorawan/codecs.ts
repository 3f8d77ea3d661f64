import { ABEEWAY_PORTS, readAbeeway2, readAbeeway3 } from "./abeeway.ts";
import { BROWAN_PORT, readBrowan } from "./browan.ts";
import { readPb01, readTracker } from "./dragino.ts";
import { MILESIGHT_PORT, readMilesight } from "./milesight.ts";
import { UNREAD, type Codec, type Reading } from "./reading.ts";

/** Which grammar a payload has. A model's name tells; without one only a port that hardly anything else uses. */

/** A model's name within that of a profile: "Milesight WS101-SOS", "abeeway-micro-tracker", "PB01-L". */
const NAMED: readonly (readonly [RegExp, Codec])[] = [
  [/ws-?(?:101|136|156)(?!\d)|milesight/i, readMilesight],
  [/tbpb-?100/i, readBrowan],
  [/asset-?tracker-?3/i, readAbeeway3],
  [/asset-?tracker-?2/i, readAbeeway2],
  [/abeeway/i, (fPort, ...rest) => (ABEEWAY_PORTS.includes(fPort) ? readAbeeway2 : readAbeeway3)(fPort, ...rest)],
  [/lgt-?92|tracker-?d(?![a-z])/i, readTracker],
  [/pb-?01(?!\d)/i, readPb01],
];

const BY_PORT: ReadonlyMap<number, Codec> = new Map([
  [MILESIGHT_PORT, readMilesight],
  [BROWAN_PORT, readBrowan],
  ...ABEEWAY_PORTS.map((port): [number, Codec] => [port, readAbeeway2]),
]);

/**
 * What the bytes of an uplink say, the press first. `codec`: a name that holds the model's, as that of a device profile;
 * null, or a name of none of ours: the port tells, and the bytes must fit its grammar to the last. What no grammar
 * reads is one reading that says nothing but that the device lives.
 */
export function decodePayload(codec: string | null, fPort: number, bytes: Uint8Array): readonly Reading[] {
  if (bytes.length === 0) return [UNREAD];
  const named = codec === null ? undefined : NAMED.find(([name]) => name.test(codec))?.[1];
  return (named ? named(fPort, bytes, false) : BY_PORT.get(fPort)?.(fPort, bytes, true)) ?? [UNREAD];
}
