import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { hotlineCsv } from "../../gateway/core/hotline-csv.ts";
import { ImportDesk } from "../support/import-desk.ts";

describe("the receiver's table", () => {
  it("has everybody whom the hotline can know, by account and zone", () => {
    const desk = new ImportDesk();
    desk.save(
      'id,name,building,unit,room,phone,notes,key_place,account,zone\nr3,C,,,,,,,2000,001\nr1,张三,3号楼,2,301,138,"糖尿病,独居","说 ""是""",1000,010\nr2,B,,,,,,,1000,2\nr4,D,,,,,,,,\n',
    );
    const text = hotlineCsv(desk.state);
    assert.ok(text.startsWith("account,zone,name,building,unit,room,phone,notes,key_place\r\n"));
    const rows = parse(text) as string[][];
    assert.deepEqual(rows.slice(1), [
      ["1000", "002", "B", "", "", "", "", "", ""],
      ["1000", "010", "张三", "3号楼", "2", "301", "138", "糖尿病,独居", '说 "是"'],
      ["2000", "001", "C", "", "", "", "", "", ""],
    ]);
  });

  it("lets no spreadsheet run a cell as a formula", () => {
    const desk = new ImportDesk();
    desk.save('id,name,phone,notes,account,zone\nr1,"=HYPERLINK(""http://x"",""y"")",+86138,@x,1000,1\n');
    const [, row = []] = parse(hotlineCsv(desk.state)) as string[][];
    assert.deepEqual(row.slice(2), [`'=HYPERLINK("http://x","y")`, "", "", "", "'+86138", "'@x", ""]);
  });
});
