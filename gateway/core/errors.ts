/** Every failure that a person or a program can meet, with its HTTP status and the exit code of `okc`. */
export const ERROR_CODES = {
  "bad-input": { status: 400, exit: 2 },
  "not-authorised": { status: 401, exit: 1 },
  "not-allowed": { status: 403, exit: 1 },
  "not-found": { status: 404, exit: 1 },
  stale: { status: 409, exit: 1 },
  "not-now": { status: 409, exit: 1 },
  expired: { status: 410, exit: 1 },
  "too-many": { status: 429, exit: 1 },
  "not-reachable": { status: 503, exit: 69 },
  "journal-locked": { status: 503, exit: 69 },
  "key-missing": { status: 500, exit: 78 },
  "key-wrong": { status: 500, exit: 78 },
  "journal-newer": { status: 500, exit: 78 },
  configuration: { status: 500, exit: 78 },
  broken: { status: 500, exit: 1 },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A failure with a code from one table; the message says what, where and what to do. */
export class GatewayError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GatewayError";
    this.code = code;
  }
}
