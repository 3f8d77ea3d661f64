import { programs } from "../../devices/programs.ts";
import type { PrometheusMeter } from "../adapters/metrics/prometheus-meter.ts";
import type { App } from "../app.ts";
import type { BridgeWatch } from "../app/bridge-watch.ts";
import type { Office } from "../app/office.ts";
import type { Config } from "../config.ts";
import type { Definition, MqttDefinition, SerialDefinition, TcpDefinition } from "../core/definition.ts";
import type { Flows } from "./flows.ts";
import type { HomeAssistant } from "./home-assistant.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Radio } from "../ports/radio.ts";

export interface RadioParts {
  readonly app: App;
  readonly bridgeWatch: BridgeWatch;
  readonly office: Office;
  readonly flows: Flows | null;
  readonly homeAssistant: HomeAssistant | null;
}

/** Every line to devices that the configuration names; what it does not name is not loaded. */
export async function buildRadios(
  config: Config,
  definitions: readonly Definition[],
  { app, bridgeWatch, office, flows, homeAssistant }: RadioParts,
  clock: Clock,
  log: Log,
  meter: PrometheusMeter,
): Promise<readonly Radio[]> {
  const radios: Radio[] = [];
  const heard = bridgeWatch.over(app.radioSink);
  const sink = homeAssistant?.over(heard) ?? heard;
  const common = { sink: flows?.withAccount(sink) ?? sink, clock, log, meter };
  for (const { path, protocol, baud } of config.serial) {
    const { SerialRadio } = await import("../adapters/serial/serial-radio.ts");
    const definition = definitions.find(
      (one): one is SerialDefinition => one.transport === "serial" && one.bridge === protocol,
    )!;
    radios.push(new SerialRadio({ path, definition, baud, ...common }));
  }
  for (const { listen, protocol } of config.tcp) {
    const { TcpRadio } = await import("../adapters/tcp/tcp-radio.ts");
    const definition = definitions.find(
      (one): one is TcpDefinition => one.transport === "tcp" && one.bridge === protocol,
    )!;
    radios.push(new TcpRadio({ listen, definition, ...common }));
  }
  const bridges = definitions.filter((one): one is MqttDefinition => one.transport === "mqtt");
  // First: a bridge may speak below the same prefix.
  const mqtt = homeAssistant ? [homeAssistant.program, ...bridges] : bridges;
  if (config.broker.kind === "embedded") {
    const { EmbeddedBroker } = await import("../adapters/broker/embedded-broker.ts");
    const { listen, tls } = config.broker;
    const secure = tls && { ...tls.listen, cert: tls.cert, key: tls.key };
    const all = flows ? [...mqtt, ...programs] : mqtt;
    const broker = new EmbeddedBroker({ listen, ...(secure && { tls: secure }), definitions: all, ...common });
    // What announces itself to Home Assistant does so anew when that says it is there; here it is us.
    for (const { kind, base } of config.bridges)
      if (kind === "ha-discovery") broker.onReady(() => broker.announce(`${base}/status`, "online"));
    for (const one of [flows, homeAssistant]) one?.publish(broker, office);
    radios.push(broker);
  } else {
    const { ExternalBroker } = await import("../adapters/broker/external-broker.ts");
    const { url, user, password } = config.broker;
    const clientId = `okc-${app.state.site.get("site")!.gatewayId}`;
    const login = { ...(user !== null && { user }), ...(password !== null && { password }) };
    const will = homeAssistant && { will: homeAssistant.will(app.state) };
    const broker = new ExternalBroker({ url, ...login, clientId, ...will, definitions: mqtt, ...common });
    for (const one of [flows, homeAssistant]) one?.publish(broker, office);
    radios.push(broker);
  }
  return radios;
}
