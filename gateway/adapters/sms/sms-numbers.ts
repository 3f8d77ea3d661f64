/** Shorter numbers belong to services (10086): nothing is sent to them but what the site itself wants there. */
const PERSON_DIGITS_MIN = 7;

/** Digits that follow `+`; the international form of the number as people write it, null where it is none. */
export function internationalOf(written: string, country: string): string | null {
  const text = written.replaceAll(/[\s().-]/g, "");
  if (!/^\+?\d{3,20}$/.test(text)) return null;
  if (text.startsWith("+")) return text;
  if (text.startsWith("00")) return `+${text.slice(2)}`;
  // A country's own form is short enough not to be mistaken for one that begins with the country's code.
  if (text.startsWith(country) && text.length >= 10 + country.length) return `+${text}`;
  if (text.length < PERSON_DIGITS_MIN) return text;
  return `+${country}${text.replace(/^0/, "")}`;
}

/** Whether a person can be behind it: no service's short number, no name. */
export const isPersonal = (number: string): boolean => new RegExp(`^\\+\\d{${PERSON_DIGITS_MIN},15}$`).test(number);
