import { map, optional, required, scalar, type Checked, type Shape } from "../shape.ts";
import * as value from "../values.ts";

/**
 * A city platform such as 81890, over signed HTTP both ways (docs/platform.md):
 * `{ kind: platform, name: "81890", url: https://81890.example.org/okc, secret: { file: 81890.key } }`
 */
export interface PlatformConfig {
  readonly kind: "platform";
  /** Stands in its address at this gateway, `/api/platform/NAME`, and before the names of its operators. */
  readonly name: string;
  readonly url: string;
  /** Signs what is sent. */
  readonly secret: string;
  /** Signs what comes. */
  readonly inbound: string;
  /** `body`: only a word in its answer is a receipt. `status`: any 2xx is. */
  readonly acknowledges: "body" | "status";
  /** Whether it is told the names of responders, or only their roles. */
  readonly names: boolean;
  /** Calls at once; null: as many as there are. */
  readonly lines: number | null;
}

const NAME_FORM = "1 to 32 of A-Z, a-z, 0-9, underscore, hyphen, in quotes where it is a number";

const name: Shape<string> = scalar(NAME_FORM, ({ value: given, source }) =>
  typeof given === "string" && /^[\w-]{1,32}$/.test(given)
    ? { value: given }
    : { wrong: `"${source}" is no name; must be ${NAME_FORM}` },
);

export const platform = map(
  {
    kind: required(value.oneOf("platform")),
    name: optional(name, "platform"),
    url: required(value.url("https:", "http:")),
    secret: required(value.secret),
    inbound: optional(value.secret, null),
    acknowledges: optional(value.oneOf("body", "status"), "body" as const),
    names: optional(value.flag, false),
    lines: optional(value.wholeNumber(1, 1_000), null),
  },
  (values): Checked<PlatformConfig> => ({ value: { ...values, inbound: values.inbound ?? values.secret } }),
);
