import { hostname, networkInterfaces } from "node:os";
import type { BrokerPlace } from "../app/device-making.ts";
import type { Config } from "../config.ts";

const EVERYWHERE: readonly string[] = ["0.0.0.0", "::", "[::]"];
const MQTT_PORT = 1_883;
const MQTTS_PORT = 8_883;

/** Where a device finds the broker: by the address that it listens on, or by the first one that this machine has. */
export function brokerPlaceOf({ broker }: Pick<Config, "broker">): BrokerPlace {
  if (broker.kind === "external") {
    const { protocol, hostname: host, port } = new URL(broker.url);
    const tls = protocol === "mqtts:";
    return { host, port: Number(port) || (tls ? MQTTS_PORT : MQTT_PORT), tls, isOurs: false };
  }
  const { host, port } = broker.tls?.listen ?? broker.listen;
  return { host: EVERYWHERE.includes(host) ? ownAddress() : host, port, tls: broker.tls !== null, isOurs: true };
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? hostname();
}
