import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsFiles } from "../../gateway/adapters/scaip/scaip-receiver.ts";
import { emergency } from "../support/peers/hotline-rig.ts";
import { ScaipRig } from "../support/peers/scaip-rig.ts";

describe("a SCAIP receiver behind TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "okc-scaip-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  let rig: ScaipRig;

  before(() => {
    const subject = ["-subj", "/CN=arc.example", "-addext", "subjectAltName=DNS:arc.example"];
    const keyOptions = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    execFileSync("openssl", ["req", "-x509", ...keyOptions, "-keyout", key, "-out", cert, "-days", "2", ...subject], {
      stdio: "ignore",
    });
  });
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => rig.close());

  const files = (more: Partial<TlsFiles> = {}): TlsFiles => ({
    ca: cert,
    serverName: "arc.example",
    cert: null,
    key: null,
    ...more,
  });

  const open = (tls: TlsFiles): Promise<ScaipRig> =>
    ScaipRig.open(
      { transport: "tls", tls },
      { tls: { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") } },
    );

  /** The first thing that the way says of its path. */
  const path = () => rig.sink.paths.next();

  it("takes an alarm over a connection whose certificate and name are right, and replies over it", async () => {
    rig = await open(files());
    await path();
    rig.sim.behaviour.replyBy = "message";
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "received");
    assert.equal(rig.sim.alarms[0]!.transport, "tcp");
    assert.match(rig.sim.alarms[0]!.head[0]!, /^Via: SIP\/2\.0\/TLS /);
  });

  it("gets nothing when its certificate is nobody's that we know", async () => {
    rig = await open(files({ ca: null }));
    assert.match((await path()).why, /cannot be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    assert.equal(rig.sim.seen.length, 0);
  });

  it("gets nothing when its certificate names another", async () => {
    rig = await open(files({ serverName: "other.example" }));
    assert.match((await path()).why, /cannot be reached \(ERR_TLS_CERT_ALTNAME_INVALID\)/);
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "failing");
    assert.equal(rig.sim.seen.length, 0);
  });

  it("gets nothing when its certificate does not name the address that we were given", async () => {
    rig = await open(files({ serverName: null }));
    assert.match((await path()).why, /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it("is not tried when a file of ours is gone", async () => {
    rig = await open(files({ ca: join(folder, "gone.pem") }));
    assert.match((await path()).why, /cannot be reached \(ENOENT\)/);
  });
});
