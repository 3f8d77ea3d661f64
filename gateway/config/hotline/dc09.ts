import { map, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * A receiver of ANSI/SIA DC-09; entries that follow each other are primary and back-up:
 * `{ kind: dc09, host: 192.0.2.10, port: 9999, account: "1234" }`
 */
export interface Dc09Config {
  readonly kind: "dc09";
  readonly host: string;
  readonly port: number;
  /** 3–16 hexadecimal digits. */
  readonly account: string;
}

export const dc09 = map(
  {
    kind: required(value.oneOf("dc09")),
    host: required(value.text),
    port: required(value.wholeNumber(1, 65_535)),
    account: required(value.account),
  },
  (values): Checked<Dc09Config> => ({ value: values }),
);
