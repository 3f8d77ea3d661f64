import type { ImportReport } from "../../gateway/ports/desk.ts";

/** The CSV files of a small community, in the order they are imported. */
export function peopleCsv(volunteers: number, devices: readonly string[] = []): string[] {
  const who = Array.from({ length: volunteers }, (_, index) => `v-${index + 1}`);
  return [
    "name,lat,lon\n1号楼,29.87,121.55\n2号楼,29.88,121.56\n",
    [
      "id,name,building,unit,room,phone,notes,key_place,priority,account,zone",
      "r-1,李奶奶,1号楼,1,101,13800000001,高血压,门垫下,,1234,001",
      "r-2,王爷爷,1号楼,1,102,13800000002,,邻居,,1234,002",
      "r-3,张阿姨,2号楼,1,201,13800000003,,,,1234,003",
    ].join("\n"),
    [
      "id,name,role,building,unit,room,residents",
      ...who.map(
        (id, index) => `${id},志愿者${index + 1},volunteer,${index % 2 === 0 ? "1号楼" : "2号楼"},1,30${index},`,
      ),
      "f-1,李女儿,family,,,,r-1",
      "s-1,王芳,staff,,,,",
    ].join("\n"),
    ["responder,channel,address,order", ...[...who, "f-1", "s-1"].map((id) => `${id},webhook,${id},1`)].join("\n"),
    [
      "bridge,address,resident,means,label,location,key",
      "okc,0000beef,r-1,emergency,红键,卧室,",
      "okc,0000cafe,r-2,emergency,红键,卧室,",
      "mqtt,p-17,r-3,emergency,红键,客厅,",
      ...devices,
    ].join("\n"),
  ];
}

/** Keys and passwords, as an import prints them once. */
export function credentialsOf({ credentials }: Pick<ImportReport, "credentials">): {
  readonly keys: Map<string, string>;
  readonly passwords: Map<string, string>;
} {
  const keys = new Map<string, string>();
  const passwords = new Map<string, string>();
  for (const { address, key, user, password } of credentials) {
    if (typeof key === "string") keys.set(String(address), key);
    if (typeof password === "string") passwords.set(String(user), password);
  }
  return { keys, passwords };
}
