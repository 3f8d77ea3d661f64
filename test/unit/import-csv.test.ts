import assert from "node:assert/strict";
import { readCsv } from "../../gateway/adapters/import/read-csv.ts";

const read = (text: string) => readCsv(Buffer.from(text));
const rowsOf = (text: string) => read(text).records.map(({ line, cells }) => [line, Object.values(cells)]);

describe("reading a CSV file", () => {
  it("takes UTF-8 with and without a byte order mark, CRLF and LF", () => {
    const expected = [
      [2, ["1", "张三"]],
      [3, ["2", "李四"]],
    ];
    for (const text of ["id,name\n1,张三\n2,李四\n", "\ufeffid,name\r\n1,张三\r\n2,李四"])
      assert.deepEqual(rowsOf(text), expected);
  });

  it("takes line ends that change in mid-file", () => {
    assert.deepEqual(rowsOf("id,name\r\n1,a\n2,b\r3,c"), [
      [2, ["1", "a"]],
      [3, ["2", "b"]],
      [4, ["3", "c"]],
    ]);
  });

  it("counts lines as an editor does, behind cells of several lines and empty rows", () => {
    assert.deepEqual(rowsOf('id,name\r\n1,"a\r\nb\r\nc"\r\n\r\n,\r\n2,x\r\n'), [
      [2, ["1", "a\r\nb\r\nc"]],
      [7, ["2", "x"]],
    ]);
  });

  it("reads commas and doubled quotes inside quotes", () => {
    assert.deepEqual(rowsOf('id,name\n1,"a, ""b"""\n'), [[2, ["1", 'a, "b"']]]);
  });

  it("takes column names in any case, with blanks around them", () => {
    assert.deepEqual(read(" ID , Name\n1,2\n").columns, ["id", "name"]);
  });

  it("leaves cells out that a short row does not have", () => {
    assert.deepEqual(read("id,name,zone\n1,x\n").records[0]?.cells, { id: "1", name: "x" });
  });

  it("marks a row with too many cells, and only that row", () => {
    const faults = read("id,name\n1,a,b\n2,c\n").records.map(({ fault }) => fault);
    assert.deepEqual(faults, ["3 cells under 2 columns; put a cell that holds a comma in quotes", null]);
  });

  const faultsOf = (text: string) =>
    read(text).records.flatMap(({ line, fault }) => (fault === null ? [] : [[line, fault.slice(0, 22)]]));
  const linesOf = (text: string) => read(text).records.flatMap(({ line, fault }) => (fault === null ? [line] : []));

  it("goes on behind a quote that never closes", () => {
    const text = 'id,name\r\n1,"a\r\nb"\r\n2,"open\r\n3,x\r\n4,y\r\n';
    assert.deepEqual(faultsOf(text), [[4, 'quotes (") do not clos']]);
    assert.deepEqual(linesOf(text), [2, 5, 6]);
  });

  it("does not swallow the rows between two open quotes", () => {
    const text = 'id,name\n1,a\n2,"open\n3,x\n4,"again\n5,y\n6,a"b"c\n7,z\n';
    assert.deepEqual(
      faultsOf(text).map(([line]) => line),
      [3, 5, 7],
    );
    assert.deepEqual(linesOf(text), [2, 4, 6, 8]);
  });

  it("gives up on a file of wrong quotes, and says so in its last row", () => {
    const { records } = read(`id,name\n${'1,"x\n'.repeat(105)}2,y\n`);
    assert.equal(records.length, 102);
    assert.match(records.at(-1)?.fault ?? "", /more than 100 rows with wrong quotes; the rest is not read/);
  });

  const refused: readonly (readonly [string, Buffer, RegExp])[] = [
    ["an empty file", Buffer.from(""), /the file is empty; it needs a first line of column names/],
    ["a file of nothing but a mark and blank lines", Buffer.from("\ufeff\r\n , \n"), /the file is empty/],
    [
      "another encoding, with the byte and the line",
      Buffer.concat([Buffer.from("id,name\n1,张\n2,"), Buffer.from([0xd5, 0xc5])]),
      /not UTF-8 at byte 17 \(line 3\)/,
    ],
    [
      "a character that ends too early",
      Buffer.from("id,name\n1,张").subarray(0, 12),
      /not UTF-8 at byte 12 \(line 2\)/,
    ],
    ["a column that stands there twice", Buffer.from("id,name,ID\n"), /line 1: column id stands in the header twice/],
  ];
  for (const [what, bytes, expected] of refused)
    it(`refuses ${what}`, () => {
      assert.throws(() => readCsv(bytes), { code: "bad-input", message: expected });
    });
});
