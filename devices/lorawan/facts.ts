import type { Facts } from "../../gateway/core/definition.ts";
import { COPY_MS } from "./uplink.ts";

/** What is true of LoRaWAN devices whichever network server hands their messages on. */
export const LORAWAN_FACTS = {
  devices:
    "LoRaWAN buttons and trackers: Milesight WS101, WS136, WS156; Browan TBPB100; Abeeway; Dragino LGT92, TrackerD, PB01",
  presses: "SOS of Abeeway and the alarm of LGT92 and TrackerD; any other button is a bare press",
  cancel: null,
  dedup: { key: "device, key, session and the frame's count; an SOS that is on: until it ends", windowMs: COPY_MS },
  battery: "per cent where the model or the device's status tells it, else whether its voltage is low",
  signal: "dBm at the gateway that heard it best",
  integrity: "MIC of LoRaWAN up to the network server, whose account vouches from there",
  downlink: null,
} satisfies Partial<Facts>;
