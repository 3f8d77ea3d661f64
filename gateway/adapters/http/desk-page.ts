import { GatewayError } from "../../core/errors.ts";
import type { ConsoleFiles } from "./console-files.ts";
import type { Web } from "./web.ts";

const FILE = "index.html";

/** `GET /`: the desk's page. */
export function addDeskPage(web: Web, files: ConsoleFiles): void {
  web.get("/", { config: { access: "open" }, schema: { hide: true } }, (_, reply) => {
    const file = files.find(FILE);
    if (!file) throw new GatewayError("broken", "the pages are missing; build the gateway anew (npm run build)");
    return reply.type(file.type).header("cache-control", "no-cache").send(file.bytes);
  });
}
