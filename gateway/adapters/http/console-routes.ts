import { GatewayError } from "../../core/errors.ts";
import { ConsoleFiles } from "./console-files.ts";
import type { Web } from "./web.ts";

/** Built names carry a hash of their content, so that a browser may keep them. */
const FOR_A_YEAR = "public, max-age=31536000, immutable";

/** The pages' scripts, styles and sounds: `/console/assets/…`. The pages themselves are served by their own routes. */
export function addConsoleRoutes(web: Web): ConsoleFiles {
  const files = new ConsoleFiles();
  web.get<{ Params: { "*": string } }>(
    "/console/*",
    { config: { access: "open" }, schema: { hide: true } },
    (request, reply) => {
      const name = request.params["*"];
      const file = name.startsWith("assets/") ? files.find(name) : null;
      if (!file) throw new GatewayError("not-found", `no page file ${name.slice(0, 100)} here`);
      return reply.type(file.type).header("cache-control", FOR_A_YEAR).send(file.bytes);
    },
  );
  return files;
}
