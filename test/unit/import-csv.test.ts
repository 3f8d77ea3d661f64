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

  /** 张三 and 李四 in GB2312; 𠮷 has four bytes and is in GB18030 only. */
  const [ZHANG_SAN, LI_SI, JI] = [
    [0xd5, 0xc5, 0xc8, 0xfd],
    [0xc0, 0xee, 0xcb, 0xc4],
    [0x95, 0x34, 0xb2, 0x35],
  ];
  const bytesOf = (...parts: (string | Uint8Array | readonly number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Uint8Array.from(part))));

  it("takes GB18030, as a Chinese spreadsheet writes CSV, and says so", () => {
    const { records, notes } = readCsv(bytesOf("id,name\r\n1,", ZHANG_SAN!, "\r\n2,", LI_SI!, JI!, ",\r\n"));
    assert.deepEqual(
      records.map(({ line, cells }) => [line, cells["name"]]),
      [
        [2, "张三"],
        [3, "李四𠮷"],
      ],
    );
    assert.deepEqual(notes, [
      'read as GB18030, for it is not UTF-8: see that the names are right, else save the file as "CSV UTF-8"',
    ]);
    assert.deepEqual(readCsv(bytesOf([0x84, 0x31, 0x95, 0x33], "id,name\n1,", ZHANG_SAN!)).columns, ["id", "name"]);
  });

  it("takes for UTF-8 whatever can be UTF-8, and says nothing of it", () => {
    // 通 in GB2312 is good UTF-8 as well, of a letter that nobody meant.
    const { records, notes } = readCsv(bytesOf("id,name\n1,", [0xcd, 0xa8], "\n"));
    assert.deepEqual([records[0]?.cells["name"], notes], ["\u0368", []]);
    assert.deepEqual(read("id,name\n1,张三\n").notes, []);
  });

  const refused: readonly (readonly [string, Buffer, RegExp])[] = [
    ["an empty file", Buffer.from(""), /the file is empty; it needs a first line of column names/],
    ["a file of nothing but a mark and blank lines", Buffer.from("\ufeff\r\n , \n"), /the file is empty/],
    [
      "another encoding, with the byte and the line",
      Buffer.concat([Buffer.from("id,name\n1,张\n2,"), Buffer.from([0xd5, 0xc5])]),
      /not UTF-8 at byte 17 \(line 3\); save the file as "CSV UTF-8"/,
    ],
    [
      "what is neither UTF-8 nor GB18030, with the byte and the line",
      bytesOf("id,name\n1,", ZHANG_SAN!, "\n2,", [0xd5, 0xff], "\n"),
      /^neither UTF-8 nor GB18030 at byte 18 \(line 3\)/,
    ],
    [
      "GB18030 that ends in mid-character",
      bytesOf("id,name\n1,", ZHANG_SAN!, "\n2,", [0xd5]),
      /^neither UTF-8 nor GB18030 at byte 18 \(line 3\)/,
    ],
    [
      "damaged UTF-8, though GB18030 would read wrong names in it",
      bytesOf("id,name\n1,张三\n2,李四\n3,", Buffer.from("王五").subarray(0, 4), "\n"),
      /^not UTF-8 at byte 32 \(line 4\)/,
    ],
    [
      "UTF-16, which a spreadsheet calls Unicode text",
      Buffer.from("\ufeffid\tname\r\n", "utf16le"),
      /^the file is UTF-16 \("Unicode text"\), which has no commas; save it as "CSV UTF-8"/,
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
