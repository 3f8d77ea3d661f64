import { BlockList, isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { HOPS_MAX } from "./limits.ts";

/** RFC 6890: addresses that never come from the public internet. IPv4 within IPv6 is looked at as IPv4. */
const NOT_PUBLIC: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
];

const blocked = new BlockList();
for (const [net, bits] of NOT_PUBLIC) blocked.addSubnet(net, bits, net.includes(":") ? "ipv6" : "ipv4");

export function isPublic(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && !blocked.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** Proxies write `203.0.113.7`, some `203.0.113.7:51234`, `[2001:db8::7]:51234` or `::ffff:203.0.113.7`. */
const addressOf = (hop: string): string =>
  hop
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/^::ffff:(?=\d+\.)/i, "");

/**
 * Where a request began. What stands in X-Forwarded-For is believed only from a proxy in a network of our own, and
 * only as far as each next one is in such a network too: everything before that anybody may have written.
 */
export function originOf(peer: string, forwardedFor: string): string {
  const hops = forwardedFor.split(",").slice(-HOPS_MAX).map(addressOf);
  let origin = addressOf(peer);
  for (const hop of hops.reverse()) {
    if (hop === "" || isIP(origin) === 0 || isPublic(origin)) break;
    origin = hop;
  }
  return origin;
}

/** Why a request proves nothing of the public address; null: it came through it, from a public network. */
export type Doubt = "private-network" | "other-name" | null;

export function doubtOf(request: FastifyRequest, publicUrl: string): { readonly from: string; readonly doubt: Doubt } {
  const { headers, ip } = request;
  const from = originOf(ip ?? "", headerOf(headers["x-forwarded-for"]));
  const isProxied = !isPublic(addressOf(ip ?? ""));
  const host = (isProxied && headerOf(headers["x-forwarded-host"]).split(",")[0]!.trim()) || headers.host || "";
  if (!isSameHost(host, publicUrl)) return { from, doubt: "other-name" };
  return { from, doubt: isPublic(from) ? null : "private-network" };
}

const headerOf = (header: string | readonly string[] | undefined): string => String(header ?? "");

function isSameHost(host: string, publicUrl: string): boolean {
  const wanted = new URL(publicUrl);
  const given = `${wanted.protocol}//${host}`;
  return URL.canParse(given) && new URL(given).host === wanted.host;
}
