import { Type } from "typebox";
import type { PlatformIntake } from "../../ports/platform.ts";
import { refuseUnknown, type Doorkeeper } from "./access.ts";
import { PLATFORM_BODY_MAX_BYTES } from "./limits.ts";
import type { Web } from "./web.ts";

const PlatformName = Type.Object({ name: Type.String({ minLength: 1, maxLength: 32 }) });
const NOT_SIGNED =
  "sign the body with the platform's secret: X-OKC-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>";

/** Where city platforms tell what their operators did; the signature of the body is all that lets them in. */
export async function addPlatformRoutes(web: Web, door: Doorkeeper, intake: PlatformIntake): Promise<void> {
  await web.register((scope, _, done) => {
    // What is signed are the bytes, not what a parser makes of them.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, parsed) => parsed(null, body));
    scope.post(
      "/api/platform/:name",
      { config: { access: "open" }, bodyLimit: PLATFORM_BODY_MAX_BYTES, schema: { params: PlatformName } },
      async (request, reply) => {
        const { name } = request.params as { name: string };
        const signature = request.headers["x-okc-signature"];
        const body = typeof request.body === "string" ? request.body : "";
        const answer = await intake.take(name, typeof signature === "string" ? signature : null, body);
        if (!answer) throw refuseUnknown(door, request, NOT_SIGNED);
        return reply.code(answer.status).send(answer.body);
      },
    );
    done();
  });
}
