import { pino } from "pino";
import type { Log } from "../../ports/log.ts";

/** One JSON line an event on standard output; `demo` marks every line of a simulated site. */
export function createJsonLog(demo: boolean): Log {
  const logger = pino({
    base: demo ? { site: "DEMO" } : null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  });
  return {
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
}
