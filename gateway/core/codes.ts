import { isUnresolved, type Alarm, type Offer } from "./alarm.ts";
import { siteOf, type Tables } from "./state.ts";
import { hours } from "./units.ts";

/**
 * A code is typed by somebody in a hurry: two digits while few are in use, more when they are not enough. It begins with
 * 5 to 9, so that `157` can only be the answer 1 to the code 57, and no code is a number of help (110, 119, 120). It has
 * no 4, which sounds like death 死.
 */
const FIRST_DIGITS = "56789";
const LATER_DIGITS = "012356789";

/** A code rests for this long after its alarm is over: somebody may still answer yesterday's message. */
const REST_MS = hours(24);

/** At most so much of a length is in use: the next free one is near, and a wrong digit seldom hits another code. */
const SHARE_MAX = 1 / 3;

/** Codes with so many digits. */
const countOf = (digits: number): number => FIRST_DIGITS.length * LATER_DIGITS.length ** (digits - 1);

/** The `index`th code with so many digits. */
function codeAt(index: number, digits: number): string {
  let code = "";
  let rest = index;
  for (let place = 1; place < digits; place++) {
    code = LATER_DIGITS[rest % LATER_DIGITS.length]! + code;
    rest = Math.floor(rest / LATER_DIGITS.length);
  }
  return FIRST_DIGITS[rest % FIRST_DIGITS.length]! + code;
}

const holdsCodes = (alarm: Alarm, now: number): boolean =>
  isUnresolved(alarm) || (alarm.times.resolvedAt ?? 0) > now - REST_MS;

/** Counts the codes of offers that the alarm did not have before. */
export function codesGiven(tables: Tables, alarm: Alarm, offers: readonly Offer[]): void {
  const isNew = ({ id, code }: Offer): boolean => code !== undefined && !alarm.offers.some((known) => known.id === id);
  const given = offers.filter(isNew).length;
  const site = siteOf(tables);
  if (given > 0) tables.site.set("site", { ...site, codesGiven: site.codesGiven + given });
}

/** Gives out codes that nobody else has; one giver serves one decision. */
export class CodeGiver {
  readonly #used = new Set<string>();
  #turn: number;

  constructor(tables: Tables, now: number) {
    for (const alarm of tables.alarms.values())
      if (holdsCodes(alarm, now)) for (const { code } of alarm.offers) if (code !== undefined) this.#used.add(code);
    for (const { code } of tables.contactTests.values()) this.#used.add(code);
    this.#turn = siteOf(tables).codesGiven;
  }

  /** The next in turn that is free: a code just given up comes last. */
  next(): string {
    let digits = 2;
    while (this.#used.size >= countOf(digits) * SHARE_MAX) digits++;
    let code: string;
    do code = codeAt(this.#turn++ % countOf(digits), digits);
    while (this.#used.has(code));
    this.#used.add(code);
    return code;
  }
}
