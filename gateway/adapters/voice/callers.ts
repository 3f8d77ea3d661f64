/** `sip:0574@host:5060;x` → user and host; a number alone has no host. */
function partsOf(address: string): { readonly user: string; readonly host: string | null } {
  const match = /^sips?:([^@;?]+)@([^:;?>]+)/i.exec(address);
  return match ? { user: match[1]!, host: match[2]!.toLowerCase() } : { user: address, host: null };
}

/** Without the signs between the digits, the country code of China and the zeros that servers put before. */
const digitsOf = (user: string): string =>
  user
    .replace(/[\s()-]/g, "")
    .replace(/^(?:\+86|0086|\+)/, "")
    .replace(/^0+/, "");

/** Whether a call from `peer` (a SIP address) comes from the hotline at `number` (a number or a SIP address). */
export function isCallOf(peer: string, number: string): boolean {
  const [from, wanted] = [partsOf(peer), partsOf(number)];
  // Of a telephone number the host is the server that brings the call, whichever that is.
  if (wanted.host !== null && wanted.host !== from.host) return false;
  return /^[\d\s()+-]+$/.test(wanted.user) ? digitsOf(from.user) === digitsOf(wanted.user) : from.user === wanted.user;
}
