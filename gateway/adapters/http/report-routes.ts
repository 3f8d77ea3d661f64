import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { GatewayError } from "../../core/errors.ts";
import { responseCsv } from "../../core/response-report.ts";
import type { Desk } from "../../ports/desk.ts";
import type { ReportProgress } from "../../ports/reports.ts";
import { actorOf, EVERY_ROLE, SUPERVISORS } from "./access.ts";
import { MonthQuery, ResponseTimesQuery } from "./schemas.ts";
import type { Web } from "./web.ts";

/** A browser looks again after so many seconds. */
const LOOK_AGAIN_S = 5;

/** `/api/reports`: what happened, counted. While the figures are not ready the answer is 202 with how far they are. */
export function addReportRoutes(web: Web, { reports }: Desk): void {
  web.get(
    "/api/reports/response-times",
    { config: { access: EVERY_ROLE }, schema: { querystring: ResponseTimesQuery } },
    async (request, reply) => {
      const { from, to, by = null, format = "json" } = request.query;
      const { role } = actorOf(request);
      if (by === "responder" && !SUPERVISORS.includes(role))
        throw new GatewayError(
          "not-allowed",
          `${role} may not see figures by responder; allowed: ${SUPERVISORS.join(", ")}`,
        );
      const report = await reports.responseTimes({ from, to, by });
      if ("pending" in report) return sayPending(reply, report);
      if (format === "csv") return reply.type("text/csv; charset=utf-8").send(responseCsv(report.rows));
      return reply.send(report);
    },
  );
  web.get(
    "/api/reports/month",
    { config: { access: EVERY_ROLE }, schema: { querystring: MonthQuery } },
    async (request, reply) => {
      const { month = null, format = "html" } = request.query;
      const report = await reports.month(month);
      if ("pending" in report) return sayPending(reply, report);
      if (format === "json") return reply.send(report);
      const page = await reports.monthPage(report);
      return reply.type("text/html; charset=utf-8").header("content-security-policy", policyOf(page)).send(page);
    },
  );
}

const sayPending = (reply: FastifyReply, progress: ReportProgress) =>
  reply.code(202).header("refresh", String(LOOK_AGAIN_S)).send(progress);

/** The page's own style and nothing else: no scripts, no pictures from elsewhere. */
function policyOf(page: string): string {
  const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
