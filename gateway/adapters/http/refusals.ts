import type { FastifyError, FastifySchemaValidationError } from "fastify";
import { ERROR_CODES, GatewayError, type ErrorCode } from "../../core/errors.ts";

export interface Refusal {
  readonly status: number;
  readonly body: { readonly error: { readonly code: ErrorCode; readonly message: string } };
}

/** Faults named in one answer; the rest shows once these are mended. */
const FAULTS_MAX = 5;

export const refusal = (code: ErrorCode, message: string): Refusal => ({
  status: ERROR_CODES[code].status,
  body: { error: { code, message } },
});

/** What a caller is told about an error. Nothing of the inside shows: what nobody foresaw is for the log. */
export function refusalOf(error: unknown): Refusal {
  const { code, statusCode = 500, message } = error as FastifyError;
  if (Object.hasOwn(ERROR_CODES, code)) return refusal(code as ErrorCode, message);
  if (code === "backup-exists") return refusal("bad-input", message);
  if (statusCode === 404) return refusal("not-found", message);
  if (statusCode >= 400 && statusCode < 500) return refusal("bad-input", message);
  return refusal("broken", "this failed inside the gateway; its log says more");
}

interface SchemaFault extends FastifySchemaValidationError {
  readonly parentSchema?: { readonly properties?: Readonly<Record<string, SchemaPart>> };
}

interface SchemaPart {
  readonly enum?: readonly string[];
  readonly type?: string;
  readonly description?: string;
}

/** One line: which field is wrong and what is allowed in it. */
export function describeFaults(errors: FastifySchemaValidationError[], where: string): Error {
  const lines = new Set(errors.map((fault) => describeFault(fault, where)));
  return new GatewayError("bad-input", [...lines].slice(0, FAULTS_MAX).join("; "));
}

function describeFault({ keyword, instancePath, params, message, parentSchema }: SchemaFault, where: string): string {
  const field = `${where}${instancePath.replaceAll("/", ".")}`;
  if (keyword === "required") {
    const name = String(params["missingProperty"]);
    return `${field}.${name} is missing: ${allowedIn(parentSchema?.properties?.[name] ?? {})}`;
  }
  if (keyword === "enum") return `${field} is none of ${(params["allowedValues"] as string[]).join(", ")}`;
  if (keyword === "pattern") return `${field} has not the right form`;
  return `${field} ${message ?? "is wrong"}`;
}

const allowedIn = (part: SchemaPart): string =>
  part.enum ? `one of ${part.enum.join(", ")}` : (part.description ?? part.type ?? "see /api/openapi.json");
