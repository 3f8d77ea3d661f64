import { createCipheriv } from "node:crypto";

/** Encrypted service data of BTHome v2, made as a device makes it: bthome.io, "Encryption". */
export function sealBthome(
  objects: string,
  { mac, key, counter, info = 0x45 }: { mac: string; key: Uint8Array; counter: number; info?: number },
): { readonly data: string; readonly cipher: string; readonly ctr: string; readonly mic: string } {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(counter);
  const nonce = Buffer.concat([Buffer.from(mac.replaceAll(":", ""), "hex"), Buffer.of(0xd2, 0xfc, info), count]);
  const sealing = createCipheriv("aes-128-ccm", key, nonce, { authTagLength: 4 });
  const cipher = Buffer.concat([sealing.update(Buffer.from(objects, "hex")), sealing.final()]).toString("hex");
  const [ctr, mic] = [count.toString("hex"), sealing.getAuthTag().toString("hex")];
  return { data: `${info.toString(16)}${cipher}${ctr}${mic}`, cipher, ctr, mic };
}
