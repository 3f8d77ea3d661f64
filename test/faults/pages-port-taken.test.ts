import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import { seconds } from "../../gateway/core/units.ts";
import { isListening } from "../support/listening.ts";
import { Home } from "../support/home.ts";

/** Something else listens where the pages should be: the alarm path works, the fault is shown, and it mends itself. */
describe("pages-port-taken", function () {
  this.timeout(20_000);
  let home: Home;
  let intruder: Server;

  beforeEach(async () => {
    home = await Home.build();
    await home.stop();
    intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(home.config.http.listen, () => resolve()));
  });

  afterEach(() => home.dispose());

  it("a press is heard all the same, and the pages come when the port is free", async () => {
    await home.start();
    assert.ok(home.running!.site.app.state.faults.get("http"), "the fault is shown");
    home.pendant("beef").press();
    await home.expectHotline("101");
    const { port } = intruder.address() as AddressInfo;
    await new Promise((resolve) => intruder.close(resolve));
    assert.equal(await isListening(port), false);
    await home.forward(seconds(11));
    assert.equal(await isListening(port), true);
    assert.equal(home.running!.site.app.state.faults.get("http"), undefined);
  });
});
