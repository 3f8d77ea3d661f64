import assert from "node:assert/strict";
import { Delivery, DeliveryQueue } from "../../gateway/adapters/hotline/delivery-queue.ts";
import { emergency } from "../support/peers/hotline-rig.ts";

const ROUNDS = 3;

describe("The queue to a hotline's receiver", () => {
  let queue: DeliveryQueue;
  let order = 0;

  beforeEach(() => {
    queue = new DeliveryQueue(ROUNDS);
  });

  const add = (key: string, alarm: string | null, rounds = 0, priority = 1): void => {
    const delivery = new Delivery(emergency(key, { alarm, priority }), ++order, 0);
    delivery.rounds = rounds;
    queue.add(delivery);
  };
  const keys = (): string[] => [...queue].map(({ message }) => message.key);

  it("has every alarm before every report of the site, however often the alarm failed", () => {
    add("mains", null);
    add("failing", "a-1", 20 * ROUNDS, 4);
    add("test", null);
    add("fresh", "a-2");
    assert.deepEqual(keys(), ["fresh", "failing", "mains", "test"]);
  });

  it("gives a report of the site up before any alarm when there is no room", () => {
    add("least urgent", "a-1", 0, 5);
    add("mains", null);
    add("newest", "a-2", 0, 5);
    assert.equal(queue.last()?.message.key, "mains");
  });
});
