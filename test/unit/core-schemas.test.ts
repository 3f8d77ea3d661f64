import { FLAGS, OFFER_STATES } from "../../gateway/core/alarm.ts";
import { ERROR_CODES } from "../../gateway/core/errors.ts";
import { ALARM_KINDS, ALARM_STATES, LEGS, OUTCOMES, REPORT_KINDS, SAYINGS } from "../../gateway/core/kinds.ts";
import { partsOf, schemas } from "../support/json-schemas.ts";

/** The lists of words that the code has, and the schema that has them too. */
const LISTS: readonly (readonly [file: string, what: string, words: readonly string[]])[] = [
  ["alarm", "kind", ALARM_KINDS],
  ["alarm", "reportKind", REPORT_KINDS],
  ["alarm", "state", ALARM_STATES],
  ["alarm", "flag", FLAGS],
  ["alarm", "outcome", OUTCOMES],
  ["alarm", "leg", LEGS],
  ["alarm", "offerState", OFFER_STATES],
  ["alarm", "say", SAYINGS],
  ["error", "code", Object.keys(ERROR_CODES)],
];

const asText = (words: readonly unknown[]): string =>
  words
    .filter((word) => word !== null)
    .sort()
    .join(" ");

describe("the JSON schemas know the words of the core", () => {
  for (const [file, what, words] of LISTS)
    it(`${file}: ${what}`, () => {
      const lists = [...partsOf(schemas.get(file))].map((part) => part["enum"]).filter(Array.isArray);
      if (!lists.some((list) => asText(list) === asText([...words])))
        throw new Error(`docs/schemas/${file}.schema.json has not these words for ${what}: ${words.join(", ")}`);
    });
});
