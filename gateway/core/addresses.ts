/** Kinds of channels whose addresses are telephone numbers. */
const TELEPHONES: readonly string[] = ["sms", "voice"];

/** China's country code, where none is written. */
const HOME_CODE = "86";

/**
 * A number in one form, however it was typed: `+86 138-0013-8000`, `008613800138000` and `13800138000` are one.
 * A number of another country keeps its code.
 */
export function phoneForm(number: string): string {
  const typed = number.normalize("NFKC").replaceAll(/[\s().\-–—/]/g, "");
  const international = typed.replace(/^00/, "+");
  if (international.startsWith(`+${HOME_CODE}`)) return international.slice(HOME_CODE.length + 1);
  // A mobile number behind the country code without its plus sign, as networks give it.
  return /^86\d{11}$/.test(international) ? international.slice(HOME_CODE.length) : international;
}

/** An address in the form in which two are compared. */
export const addressForm = (kind: string, address: string): string =>
  TELEPHONES.includes(kind) ? phoneForm(address) : address.trim().toLowerCase();
