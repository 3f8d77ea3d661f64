import { SystemClock } from "../adapters/clock/system-clock.ts";
import { HttpServer } from "../adapters/http/http-server.ts";
import type { Config } from "../config.ts";
import { GatewayError } from "../core/errors.ts";
import type { Log } from "../ports/log.ts";
import { buildSite, type Site } from "../site.ts";
import { raiseDamage } from "../start.ts";
import { bodyOf, type Answer, type Call, type GatewayClient } from "./gateway-client.ts";
import { complain } from "./print.ts";

/** What goes wrong while the gateway is stopped is said on standard error; the rest is not of interest there. */
const quietLog: Log = {
  info: () => undefined,
  warn: complain,
  error: complain,
};

/** The same routes over the journal itself, while no gateway runs. Nothing is heard or sent. */
export class StoppedGateway implements GatewayClient {
  readonly runs = false;
  readonly #site: Site;
  readonly #http: HttpServer;
  readonly #as: string | null;

  private constructor(site: Site, http: HttpServer, as: string | null) {
    this.#site = site;
    this.#http = http;
    this.#as = as;
  }

  static async open(config: Config, as: string | null): Promise<StoppedGateway> {
    const clock = new SystemClock();
    const site = await buildSite(config, clock, quietLog);
    raiseDamage(site.app, await site.open());
    const { listen, tls } = config.http;
    const http = new HttpServer({
      desk: site.office,
      listen,
      tls,
      socketPath: null,
      clock,
      log: quietLog,
      meter: site.meter,
    });
    return new StoppedGateway(site, http, as);
  }

  async call({ method, path, body, bytes }: Call): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (this.#as !== null) headers["x-okc-as"] = encodeURIComponent(this.#as);
    if (bytes) headers["content-type"] = "text/csv";
    const payload = bytes ? Buffer.from(bytes) : body;
    const response = await this.#http.inject({
      method,
      url: path,
      headers,
      ...(payload === undefined ? {} : { payload: payload as Buffer | object }),
    });
    return { status: response.statusCode, body: bodyOf({ headers: response.headers as never }, response.payload) };
  }

  follow(): AsyncIterable<string> {
    throw new GatewayError("not-reachable", "the gateway does not run: there is nothing to watch");
  }

  close(): Promise<void> {
    return this.#site.stop();
  }
}
