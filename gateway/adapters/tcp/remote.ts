import { isIPv6 } from "node:net";

const GROUPS = 8;
const NETWORK_GROUPS = 4;

/** An address as people write it: `203.0.113.7` also where the socket has both families. */
export const shownRemote = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");

/** Whom a limit counts: one IPv4 address, or an IPv6 network of 64 bits, which one subscriber has whole. */
export function remoteKey(shown: string): string {
  if (!isIPv6(shown)) return shown;
  const [head = "", tail] = shown.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : GROUPS - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right];
  return `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}
