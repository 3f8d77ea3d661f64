import { ERROR_CODES, GatewayError } from "../../core/errors.ts";
import { refuseUnknown, TECHNICIANS, type Doorkeeper } from "./access.ts";
import { ProofBoard, proofStateOf, type Challenge } from "./proof-board.ts";
import { doubtOf, type Doubt } from "./public-network.ts";
import { ProofId } from "./schemas.ts";
import type { Web } from "./web.ts";

/** Why a touch from this address proves nothing. */
const sayDoubt = (from: string, doubt: NonNullable<Doubt>): string =>
  doubt === "private-network"
    ? `${from} is no address of a public network: switch Wi-Fi off; a proxy must send X-Forwarded-For`
    : `${from} did not come under the host of http.publicUrl: a proxy must pass Host on`;

/** How `http.publicUrl` is proved: a technician asks for a one-time address, a person opens it outside and touches. */
export function addProofRoutes(web: Web, door: Doorkeeper): void {
  const { desk, clock } = door;
  const board = new ProofBoard();
  web.post("/api/proofs", { config: { access: TECHNICIANS } }, (_, reply) => {
    if (desk.publicUrl === null)
      throw new GatewayError("bad-input", "http.publicUrl is not set in okc.yaml: there is no public address to prove");
    return reply.send(viewChallenge(board.open(desk.publicUrl, clock.now()), clock.now()));
  });
  web.get("/api/proofs", { config: { access: TECHNICIANS } }, (_, reply) => {
    if (!board.newest) throw new GatewayError("not-found", "no proof is under way: start one with okc doctor --public");
    return reply.send(viewChallenge(board.newest, clock.now()));
  });
  // A link preview only fetches the page; a person's touch is what posts here.
  web.post("/api/proofs/:id", { config: { access: "open" }, schema: { params: ProofId } }, async (request, reply) => {
    const { id } = request.params;
    const challenge = board.find(id, clock.now());
    if (!challenge)
      throw refuseUnknown(door, request, "this address is no longer good; okc doctor --public makes a new one");
    const { from, doubt } = doubtOf(request, challenge.publicUrl);
    if (doubt === null) await desk.submit({ type: "public-url-proved", url: challenge.publicUrl });
    board.note(id, { at: clock.now(), from, doubt });
    if (doubt === null) return reply.send({ proved: true, from });
    const error = { code: "not-now", message: sayDoubt(from, doubt) };
    return reply.code(ERROR_CODES["not-now"].status).send({ error, from, doubt });
  });
}

const viewChallenge = (challenge: Challenge, now: number) => ({
  address: `${challenge.publicUrl}/proof/${challenge.id}`,
  publicUrl: challenge.publicUrl,
  state: proofStateOf(challenge, now),
  expiresAt: new Date(challenge.expiresAt).toISOString(),
  visits: challenge.visits.map(({ at, from, doubt }) => ({
    at: new Date(at).toISOString(),
    from,
    why: doubt && sayDoubt(from, doubt),
  })),
});
