import type { ServerResponse } from "node:http";
import type { FastifyRequest } from "fastify";
import { GatewayError } from "../../core/errors.ts";
import type { Desk } from "../../ports/desk.ts";
import { EVERY_ROLE, holderOf, type Doorkeeper } from "./access.ts";
import { EventStream } from "./event-stream.ts";
import { STREAMS_MAX } from "./limits.ts";
import type { Web, WebParts } from "./web.ts";

/** `GET /api/stream`: server-sent events (HTML Living Standard, 9.2), from `Last-Event-ID` on or from now. */
export function addStreamRoute(web: Web, parts: WebParts, door: Doorkeeper): void {
  const { desk, streams, meter, isWithin } = parts;
  const config = { access: EVERY_ROLE };
  web.get("/api/stream", { config, schema: { produces: ["text/event-stream"] } }, async (request, reply) => {
    if (isWithin(request))
      throw new GatewayError("not-reachable", "the gateway does not run: there is nothing to follow");
    const after = await readLastId(desk, request.headers["last-event-id"]);
    if (streams.isFull) throw new GatewayError("too-many", `${STREAMS_MAX} streams are open already; close one`);
    reply.hijack();
    const headers = {
      ...reply.getHeaders(),
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
    };
    const response: ServerResponse = reply.raw;
    response.writeHead(200, headers as Record<string, string>);
    const stream = new EventStream({ ...parts, response, after, isAdmitted: admission(door, request) });
    streams.add(stream);
    meter.gauge("okc_http_streams", streams.size);
    // A client may vanish between two writes; without a listener that would end the process.
    response.on("error", () => stream.end());
    response.once("close", () => {
      stream.end();
      streams.delete(stream);
      meter.gauge("okc_http_streams", streams.size);
    });
    stream.start();
  });
}

/** Null: from now on. Throws `expired` for an id that this journal does not hold: what came between is unknown. */
async function readLastId(desk: Desk, header: string | string[] | undefined): Promise<number | null> {
  if (header === undefined || header === "") return null;
  const id = Number(header);
  if (!/^\d{1,15}$/.test(String(header)))
    throw new GatewayError("bad-input", `Last-Event-ID: ${String(header).slice(0, 40)} is not the number of an event`);
  if (id === 0) return 0;
  const [event] = await desk.readAfter(id - 1, 1);
  if (event?.seq !== id)
    throw new GatewayError(
      "expired",
      `Last-Event-ID: no event ${id} is in this journal; read /api/alarms and start anew`,
    );
  return id;
}

/** Asked with each sign of life: whoever was logged out must not go on listening, and who listens is not idle. */
function admission(door: Doorkeeper, request: FastifyRequest): () => boolean {
  if (door.isLocal(request)) return () => true;
  const holder = holderOf(door, request);
  return () => holder?.() != null;
}
