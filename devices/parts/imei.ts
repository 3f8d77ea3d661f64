/** The number of a device on a mobile network: the IMEI printed on it, or the part of it that its maker uses. */

export const IMEI_FORM = "the 15 digits of the IMEI, as 353456789012345";

const DIGITS = /^\d{10,17}$/;

/** Spaces and hyphens do not tell two numbers apart; null: no number of a device. */
export function normalizeImei(address: string): string | null {
  const digits = address.replace(/[\s-]/g, "");
  return DIGITS.test(digits) ? digits : null;
}
