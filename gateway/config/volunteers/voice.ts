import { map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * People who are called by telephone: `{ channel: voice }`, through an account under `voice`. A contact's address is a
 * telephone number or a SIP address.
 */
export interface VoicePeopleConfig {
  readonly channel: "voice";
  readonly name: string;
  /** The entry of `voice` that calls; null: the first. */
  readonly through: string | null;
}

export const voicePeople = map(
  {
    channel: required(value.oneOf("voice")),
    name: optional(value.text, "voice"),
    through: optional(value.text, null),
  },
  (values): Checked<VoicePeopleConfig> => ({ value: values }),
);
