import type { Definition, MqttDefinition, SerialDefinition, TcpDefinition } from "../gateway/core/definition.ts";

/*
 * Every protocol by the name that a configuration gives it. A file is loaded by the sites that speak its protocol, so
 * one more costs the others nothing.
 */

interface SerialEntry {
  /** Where the configuration says nothing. */
  readonly baud: number;
  load(): Promise<SerialDefinition>;
}

interface BridgeEntry {
  /** Below which topic it speaks where the configuration says nothing. */
  readonly base: string;
  load(base: string): Promise<MqttDefinition>;
}

interface TcpEntry {
  load(): Promise<TcpDefinition>;
}

export const SERIAL_PROTOCOLS = {
  okc: { baud: 115_200, load: async () => (await import("./serial/okc.ts")).okcDefinition },
  rflink: { baud: 57_600, load: async () => (await import("./serial/rflink.ts")).rflinkDefinition },
  enocean: { baud: 57_600, load: async () => (await import("./serial/enocean.ts")).enoceanDefinition },
} satisfies Record<string, SerialEntry>;
export type SerialProtocol = keyof typeof SERIAL_PROTOCOLS;

export const BRIDGES = {
  zigbee2mqtt: {
    base: "zigbee2mqtt",
    load: async (base: string) => (await import("./mqtt/zigbee2mqtt.ts")).zigbee2mqttDefinition(base),
  },
  chirpstack: {
    base: "application",
    load: async (base: string) => (await import("./mqtt/chirpstack.ts")).chirpstackDefinition(base),
  },
  tts: {
    base: "v3",
    load: async (base: string) => (await import("./mqtt/tts.ts")).ttsDefinition(base),
  },
  "shelly-gen1": {
    base: "shellies",
    load: async (base: string) => (await import("./mqtt/shelly-gen1.ts")).shellyGen1Definition(base),
  },
  // Their prefixes are free, and usually stand at the top.
  "shelly-gen2": {
    base: "",
    load: async (base: string) => (await import("./mqtt/shelly-gen2.ts")).shellyGen2Definition(base),
  },
  esphome: {
    base: "",
    load: async (base: string) => (await import("./mqtt/esphome.ts")).esphomeDefinition(base),
  },
  "ha-discovery": {
    base: "homeassistant",
    load: async (base: string) => (await import("./mqtt/ha-discovery.ts")).haDiscoveryDefinition(base),
  },
  openmqttgateway: {
    base: "home",
    load: async (base: string) => (await import("./mqtt/openmqttgateway.ts")).openmqttgatewayDefinition(base),
  },
  rtl_433: {
    base: "rtl_433",
    load: async (base: string) => (await import("./mqtt/rtl-433.ts")).rtl433Definition(base),
  },
  tasmota: {
    base: "%prefix%/%topic%",
    load: async (base: string) => (await import("./mqtt/tasmota.ts")).tasmotaDefinition(base),
  },
} satisfies Record<string, BridgeEntry>;
export type BridgeKind = keyof typeof BRIDGES;

export const TCP_PROTOCOLS = {
  gps103: { load: async () => (await import("./tcp/gps103.ts")).gps103Definition },
  h02: { load: async () => (await import("./tcp/h02.ts")).h02Definition },
  jt808: { load: async () => (await import("./tcp/jt808.ts")).jt808Definition },
  meitrack: { load: async () => (await import("./tcp/meitrack.ts")).meitrackDefinition },
  minifinder: { load: async () => (await import("./tcp/minifinder.ts")).minifinderDefinition },
  topin: { load: async () => (await import("./tcp/topin.ts")).topinDefinition },
  trv: { load: async () => (await import("./tcp/trv.ts")).trvDefinition },
  watch3g: { load: async () => (await import("./tcp/watch3g.ts")).watch3gDefinition },
  xexun: { load: async () => (await import("./tcp/xexun.ts")).xexunDefinition },
  ev07b: { load: async () => (await import("./tcp/ev07b.ts")).ev07bDefinition },
  gt06: { load: async () => (await import("./tcp/gt06.ts")).gt06Definition },
} satisfies Record<string, TcpEntry>;
export type TcpProtocol = keyof typeof TCP_PROTOCOLS;

/** What a site speaks, as its configuration has it. */
export interface Spoken {
  readonly serial?: readonly { readonly protocol: SerialProtocol }[];
  readonly bridges?: readonly { readonly kind: BridgeKind; readonly base: string }[];
  readonly tcp?: readonly { readonly protocol: TcpProtocol }[];
}

/** The definitions of what a site speaks, each once; our own pendants are understood everywhere. */
export async function definitionsFor({ serial = [], bridges = [], tcp = [] }: Spoken): Promise<readonly Definition[]> {
  const protocols = new Set<SerialProtocol>(["okc", ...serial.map(({ protocol }) => protocol)]);
  const tcpProtocols: Readonly<Record<string, TcpEntry>> = TCP_PROTOCOLS;
  const loading: readonly Promise<Definition>[] = [
    ...[...protocols].map((name) => SERIAL_PROTOCOLS[name].load()),
    import("./mqtt/okc.ts").then(({ mqttDefinition }) => mqttDefinition),
    ...bridges.map(({ kind, base }) => BRIDGES[kind].load(base)),
    ...[...new Set(tcp.map(({ protocol }) => protocol))].map((name) => tcpProtocols[name]!.load()),
  ];
  return Promise.all(loading);
}
