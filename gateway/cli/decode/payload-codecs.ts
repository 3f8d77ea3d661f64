import { UNNAMED, type Decoded } from "../../core/definition.ts";
import type { CodecName } from "./bridge-names.ts";
import type { Row } from "./row.ts";

/** Reads payloads that come without the network server or gateway which usually brings them and says whose they are. */
export async function loadCodec(name: CodecName): Promise<(row: Row) => Decoded> {
  switch (name) {
    case "lorawan-payload": {
      const { decodePayload } = await import("../../../devices/lorawan/codecs.ts");
      return ({ codec, fPort, payload }) => ({
        type: "reports",
        reports: decodePayload(codec, fPort ?? 0, payload).map((reading) => ({ ...UNKNOWN_SENDER, ...reading })),
      });
    }
    case "ble-bthome": {
      const { decodeServiceData } = await import("../../../devices/ble/bthome.ts");
      return ({ serviceUuid, payload }) => decodeServiceData(serviceUuid ?? "fcd2", payload, null, undefined);
    }
  }
}

const UNKNOWN_SENDER = { address: UNNAMED, counter: null, ageMs: null, ageAtLeast: false, proof: "none" } as const;
