/** `bc:02:6e:aa:bb:cc`, whatever the case and with or without colons or hyphens; null: it is no such address. */
export function plainMac(text: string): string | null {
  const digits = text.replace(/[:-]/g, "").toLowerCase();
  return /^[0-9a-f]{12}$/.test(digits) ? digits.match(/../g)!.join(":") : null;
}

export const macBytes = (mac: string): Uint8Array => Buffer.from(mac.replaceAll(":", ""), "hex");

/** Of bytes that come with the last one first. */
export const macOfReversed = (bytes: Uint8Array): string =>
  Buffer.from(bytes).reverse().toString("hex").match(/../g)!.join(":");
