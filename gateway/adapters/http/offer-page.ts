import type { FastifyReply, FastifyRequest } from "fastify";
import { GatewayError } from "../../core/errors.ts";
import type { ConsoleFiles } from "./console-files.ts";
import type { Web } from "./web.ts";

/**
 * The page behind a link, the same bytes for every offer and every proof: whoever only fetches it, as messengers do to
 * preview a link, learns and changes nothing. The token stands after `#`, which browsers send to nobody.
 */
export function addOfferPage(web: Web, files: ConsoleFiles): void {
  const handler = (_: FastifyRequest, reply: FastifyReply) => {
    const page = files.find("offer.html");
    if (!page)
      throw new GatewayError("broken", "the page of offers is missing; build the gateway anew (npm run build)");
    return reply
      .type(page.type)
      .header("cache-control", "no-store")
      .header("x-robots-tag", "noindex, nofollow, noarchive")
      .send(page.bytes);
  };
  for (const url of ["/o/:id", "/t/:id", "/proof/:id", "/notify/:id"])
    web.route({ method: ["GET", "HEAD"], url, config: { access: "open" }, schema: { hide: true }, handler });
  // Beside them, what notifications need; a browser looks for a newer one each time.
  const beside = { "/notify/worker.js": "push-worker.js", "/notify/manifest.webmanifest": "notify.webmanifest" };
  for (const [url, name] of Object.entries(beside))
    web.get(url, { config: { access: "open" }, schema: { hide: true } }, (_, reply) => {
      const file = files.find(name);
      if (!file) throw new GatewayError("broken", `${name} is missing; build the gateway anew (npm run build)`);
      return reply.type(file.type).header("cache-control", "no-cache").send(file.bytes);
    });
}
