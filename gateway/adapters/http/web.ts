import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from "fastify";
import type { Clock } from "../../ports/clock.ts";
import type { Desk } from "../../ports/desk.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { Streams } from "./streams.ts";

/** fastify with the types of TypeBox schemas; over TLS it has the same face. */
export type Web = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;

export interface WebParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly streams: Streams;
  /** Whether the request came over the machine's own socket, or from within this process. */
  readonly isLocal: (request: FastifyRequest) => boolean;
  readonly isWithin: (request: FastifyRequest) => boolean;
}
