import assert from "node:assert/strict";
import { Home } from "../support/home.ts";

const PUBLIC = "https://okc.example.org";

describe("the link to an alarm at the desk, for the hotline", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    const extended = { position: false, link: true, mac: null };
    home = await Home.build({ publicUrl: PUBLIC, receiver: { extended } });
  });

  afterEach(() => home.leave());

  const press = async (pendant: string): Promise<readonly string[]> => {
    home.pendant(pendant).press();
    for (const volunteer of ["v-1", "v-2", "v-3"]) await home.expectOffer(volunteer);
    return (await home.expectHotline("101")).extended;
  };

  it("is sent when it was proved that the desk can be opened from outside, and not before", async () => {
    assert.deepEqual(await press("beef"), []);
    await home.running!.site.app.submit({ type: "public-url-proved", url: PUBLIC });
    const extended = await press("cafe");
    const id = home.alarms().at(-1)!.id;
    assert.deepEqual(extended, [`V${PUBLIC}/#alarm=${id}`]);
  });
});
